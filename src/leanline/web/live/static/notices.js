// Which text stands for which problem or session.
import { say } from "./words.js";

// By the name of the browser's error.
const CAMERA = {
  NotAllowedError: "camera_refused",
  NotFoundError: "camera_missing",
  OverconstrainedError: "camera_unavailable",
  NotReadableError: "camera_silent",
  InsecureError: "camera_insecure",
};

export const cameraProblem = (name) => CAMERA[name] ?? "camera_failed";

export function fading(session) {
  const share = Math.min(1, Math.max(0, (8 - session) / 4));
  if (share === 1) return say("live_script.feedback_all");
  if (share === 0) return say("live_script.feedback_none");
  return say("live_script.feedback_some", { session, seconds: Math.round(60 * share) });
}
