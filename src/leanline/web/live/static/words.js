// What the page says about cameras, servers and tabs.

export const CAMERA = {
  NotAllowedError: [
    "The camera is not allowed",
    "Click the camera icon in the address bar, allow the camera for this page, and try again. " +
      "Or use a video file.",
  ],
  NotFoundError: ["No camera was found", "Plug one in, or use a video file."],
  OverconstrainedError: ["That camera is not available", "Choose another one below, or plug it in."],
  NotReadableError: [
    "The camera does not respond",
    "Another program may be using it. Close it and try again.",
  ],
  InsecureError: [
    "This page cannot use the camera",
    "Browsers allow the camera only on pages from this computer: open the page at 127.0.0.1.",
  ],
  other: ["The camera could not be started", "Try again, or use a video file."],
};

export const LOST = [
  "The camera was disconnected",
  "It was unplugged or switched off. Plug it in again: the page resumes by itself.",
];
export const GONE = [
  "leanline has stopped",
  "The program behind this page does not respond. Start it again (leanline live): the page resumes by itself.",
];
export const BUSY = [
  "Live is open in another tab",
  "A computer measures one runner at a time. Close the other tab, or use this one.",
];
export const TAKEN = ["Live has moved to another tab", "It continues there. You can bring it back here."];
export const HIDDEN = ["Paused", "Nothing is measured while this tab is hidden."];
export const ENDED = ["The clip has ended", "The numbers remain until you play it again."];
export const UNPLAYABLE = [
  "The browser cannot play this file",
  "It may be HEVC, the format iPhones record. Analyse it with leanline analyze, or choose an MP4 (H.264).",
];

export const LINES = {
  hip_back: "hips back",
  waist_bent: "waist bent",
  hips_ahead: "hips ahead",
  knees_bent: "knees bent",
  head_dropped: "head dropped",
  head_back: "head tipped back",
};

export function fading(session) {
  const share = Math.min(1, Math.max(0, (8 - session) / 4));
  if (share === 1) return "Sessions 1 to 4: feedback all the time. Then it is reduced, so that the change lasts.";
  if (share === 0) return "From session 8 on you run without feedback, by feel.";
  return `Session ${session}: feedback in the first ${Math.round(60 * share)} seconds of every minute.`;
}
