/** The look of launcher and panel. They live in a shadow root: the page's styles don't reach in, ours don't reach out. */
export const STYLES = `
:host {
  all: initial !important;
  position: fixed !important;
  z-index: 2147483000 !important;
  inset: auto !important;
  width: 0 !important;
  height: 0 !important;
}
:host([hidden]) { display: none !important; }
.launcher, .panel { position: fixed; box-sizing: border-box; }
.launcher {
  inset-block-end: calc(20px + env(safe-area-inset-bottom, 0px));
  right: calc(20px + env(safe-area-inset-right, 0px));
  display: grid;
  place-items: center;
  width: 60px;
  height: 60px;
  margin: 0;
  padding: 0;
  border: 0;
  border-radius: 50%;
  background: var(--colour);
  color: var(--ink);
  cursor: pointer;
  box-shadow: 0 1px 3px rgb(0 0 0 / .16), 0 8px 24px rgb(0 0 0 / .18);
  transition: transform .18s cubic-bezier(.2, 0, 0, 1), box-shadow .18s, opacity .18s;
  -webkit-tap-highlight-color: transparent;
}
:host([data-side=left]) .launcher { right: auto; left: calc(20px + env(safe-area-inset-left, 0px)); }
.launcher:hover { transform: translateY(-2px); box-shadow: 0 2px 4px rgb(0 0 0 / .16), 0 12px 30px rgb(0 0 0 / .22); }
.launcher:active { transform: scale(.96); }
.launcher:focus-visible { outline: 3px solid var(--colour); outline-offset: 3px; box-shadow: 0 0 0 3px #fff, 0 8px 24px rgb(0 0 0 / .18); }
[hidden] { display: none !important; }
svg { grid-area: 1 / 1; transition: transform .22s cubic-bezier(.2, 0, 0, 1), opacity .18s; }
.down { opacity: 0; transform: rotate(-60deg) scale(.6); }
:host([data-open]) .chat { opacity: 0; transform: rotate(60deg) scale(.6); }
:host([data-open]) .down { opacity: 1; transform: none; }
:host([data-open][data-full]) .launcher { opacity: 0; visibility: hidden; pointer-events: none; }
.badge {
  position: absolute;
  top: -3px;
  right: -3px;
  min-width: 22px;
  height: 22px;
  box-sizing: border-box;
  padding: 0 6px;
  border: 2px solid #fff;
  border-radius: 11px;
  background: #b3261e;
  color: #fff;
  font: 600 12px/18px system-ui, sans-serif;
  text-align: center;
}
.panel {
  inset-block-end: calc(96px + env(safe-area-inset-bottom, 0px));
  right: calc(20px + env(safe-area-inset-right, 0px));
  width: 400px;
  height: min(720px, calc(100vh - 120px));
  height: min(720px, calc(100dvh - 120px));
  overflow: hidden;
  border-radius: 18px;
  box-shadow: 0 0 0 1px rgb(0 0 0 / .06), 0 18px 60px rgb(0 0 0 / .22), 0 4px 12px rgb(0 0 0 / .08);
  opacity: 0;
  visibility: hidden;
  transform: translateY(14px) scale(.985);
  transform-origin: bottom right;
  transition: opacity .16s ease-out, transform .2s cubic-bezier(.2, 0, 0, 1), visibility 0s .2s;
}
:host([data-side=left]) .panel { right: auto; left: calc(20px + env(safe-area-inset-left, 0px)); transform-origin: bottom left; }
:host([data-bare]) .panel { inset-block-end: calc(20px + env(safe-area-inset-bottom, 0px)); }
:host([data-open]) .panel { opacity: 1; visibility: visible; transform: none; transition-delay: 0s; }
:host([data-full]) .panel {
  inset: 0 auto auto 0;
  width: 100%;
  height: 100%;
  height: 100dvh;
  border-radius: 0;
  box-shadow: none;
  transform: translateY(24px);
}
:host([data-full][data-open]) .panel { transform: none; }
iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: normal; }
.curtain {
  position: absolute;
  inset: 0;
  display: grid;
  place-content: center;
  justify-items: center;
  gap: 16px;
  padding: 24px;
  background: Canvas;
  color: CanvasText;
  color-scheme: light dark;
  font: 15px/1.5 system-ui, sans-serif;
  text-align: center;
}
.curtain p { margin: 0; opacity: 0; animation: appear .2s .6s forwards; }
.curtain[data-failed] p { opacity: 1; animation: none; }
@keyframes appear { to { opacity: 1; } }
.curtain button { min-height: 44px; padding: 0 20px; border: 0; border-radius: 10px; background: var(--colour); color: var(--ink); font: inherit; cursor: pointer; }
.curtain button:focus-visible { outline: 2px solid CanvasText; outline-offset: 2px; }
.curtain .close { position: absolute; top: max(8px, env(safe-area-inset-top, 0px)); inset-inline-end: 8px; width: 44px; padding: 0; background: none; color: inherit; font-size: 26px; line-height: 1; }
.insets {
  position: fixed;
  visibility: hidden;
  padding: env(safe-area-inset-top, 0px) env(safe-area-inset-right, 0px) env(safe-area-inset-bottom, 0px) env(safe-area-inset-left, 0px);
}
@media (prefers-reduced-motion: reduce) {
  .launcher, svg, .panel { transition: none; }
  .launcher:hover, .launcher:active, .panel, :host([data-full]) .panel { transform: none; }
}
@media print { :host { display: none !important; } }
@media (forced-colors: active) { .launcher { border: 2px solid ButtonText; } }
`;
