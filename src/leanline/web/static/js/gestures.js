// Fingers and mouse on the picture: swipe through frames, pinch to zoom, or use the tool in hand.

const FRAME_PX = 14; // a swipe of this length is one frame
const TAP_PX = 8;

/** Listen on the stage; `player` has view, frame, step, goTo, toggle, tool and placed. */
export function listen(stage, player) {
  const fingers = new Map();
  let start = null;
  const point = (e) => {
    const box = stage.getBoundingClientRect();
    return [e.clientX - box.left, e.clientY - box.top];
  };
  const ours = (e) => !e.target.closest("button,a,input,label,select,textarea,.on-picture");

  stage.addEventListener("pointerdown", (e) => {
    if (!ours(e) || e.button > 0) return;
    fingers.set(e.pointerId, point(e));
    stage.setPointerCapture(e.pointerId);
    if (fingers.size > 1) {
      player.tool?.cancel?.();
      start = null;
      return;
    }
    start = { at: point(e), frame: player.frame, moved: false, tool: false };
    start.tool = Boolean(player.tool?.down(player.view.toPicture(start.at), start.at));
    if (start.tool) e.preventDefault();
  });

  stage.addEventListener("pointermove", (e) => {
    const before = fingers.get(e.pointerId);
    if (!before) return;
    const now = point(e);
    if (fingers.size === 2) pinch(e.pointerId, before, now);
    fingers.set(e.pointerId, now);
    if (fingers.size > 1 || !start) return;
    const dx = now[0] - start.at[0], dy = now[1] - start.at[1];
    if (start.tool) player.tool?.move(player.view.toPicture(now), now);
    else if (start.moved || Math.hypot(dx, dy) > TAP_PX) {
      start.moved = true;
      if (player.view.zoomed) {
        player.view.pan(now[0] - before[0], now[1] - before[1]);
        player.placed();
      } else {
        player.pause();
        player.goTo(start.frame + Math.round(dx / FRAME_PX));
      }
    }
  });

  function pinch(id, before, now) {
    const other = [...fingers].find(([key]) => key !== id)[1];
    const apart = (a) => Math.max(20, Math.hypot(a[0] - other[0], a[1] - other[1]));
    const about = [0.5 * (before[0] + other[0]), 0.5 * (before[1] + other[1])];
    player.view.pinch(apart(now) / apart(before), about, [0.5 * (now[0] - before[0]), 0.5 * (now[1] - before[1])]);
    player.placed();
  }

  const up = (e) => {
    if (!fingers.delete(e.pointerId) || !start) return;
    if (start.tool) player.tool?.up?.();
    else if (!start.moved && e.type === "pointerup") player.tapped(player.view.toPicture(start.at), start.at);
    start = null;
  };
  stage.addEventListener("pointerup", up);
  stage.addEventListener("pointercancel", up);

  stage.addEventListener("wheel", (e) => {
    if (!e.ctrlKey) return; // as touch pads pinch
    e.preventDefault();
    player.view.pinch(Math.exp(-0.01 * e.deltaY), point(e));
    player.placed();
  }, { passive: false });
}
