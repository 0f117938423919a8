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
button, .panel { position: fixed; box-sizing: border-box; }
button {
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
:host([data-side=left]) button { right: auto; left: calc(20px + env(safe-area-inset-left, 0px)); }
button:hover { transform: translateY(-2px); box-shadow: 0 2px 4px rgb(0 0 0 / .16), 0 12px 30px rgb(0 0 0 / .22); }
button:active { transform: scale(.96); }
button:focus-visible { outline: 3px solid var(--colour); outline-offset: 3px; box-shadow: 0 0 0 3px #fff, 0 8px 24px rgb(0 0 0 / .18); }
button[hidden] { display: none; }
svg { grid-area: 1 / 1; transition: transform .22s cubic-bezier(.2, 0, 0, 1), opacity .18s; }
.down { opacity: 0; transform: rotate(-60deg) scale(.6); }
:host([data-open]) .chat { opacity: 0; transform: rotate(60deg) scale(.6); }
:host([data-open]) .down { opacity: 1; transform: none; }
:host([data-open][data-full]) button { opacity: 0; visibility: hidden; pointer-events: none; }
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
.badge[hidden] { display: none; }
.panel {
  inset-block-end: calc(96px + env(safe-area-inset-bottom, 0px));
  right: calc(20px + env(safe-area-inset-right, 0px));
  width: 400px;
  height: min(720px, calc(100vh - 120px));
  height: min(720px, calc(100dvh - 120px));
  overflow: hidden;
  border-radius: 18px;
  background: Canvas;
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
.insets {
  position: fixed;
  visibility: hidden;
  padding: env(safe-area-inset-top, 0px) env(safe-area-inset-right, 0px) env(safe-area-inset-bottom, 0px) env(safe-area-inset-left, 0px);
}
@media (prefers-reduced-motion: reduce) {
  button, svg, .panel { transition: none; }
  button:hover, button:active, .panel, :host([data-full]) .panel { transform: none; }
}
@media print { :host { display: none !important; } }
@media (forced-colors: active) { button { border: 2px solid ButtonText; } }
`;
