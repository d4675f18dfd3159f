"use strict";
// A button that opens the FAQ in a frame: <script src="https://FAQ/widget.js" defer></script>
// It works under a policy that allows script and frames of the FAQ's origin; its styles are in a sheet of its own.
(() => {
  const script = document.currentScript;
  if (document.querySelector("faqbot-widget")) return;
  const page = new URL("widget/", script.src);
  const label = script.dataset.label || "よくある質問";
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; color-scheme: light dark; }
    button, div { position: fixed; right: 1.25rem; z-index: 2147483000; box-shadow: 0 .25rem 1.25rem rgb(0 0 0 / .25); }
    button { bottom: 1.25rem; min-height: 48px; padding: 0 1.4rem; border: 0; border-radius: 24px; cursor: pointer;
      background: ACCENT; color: #fff; font: 700 16px/1.2 system-ui, "Hiragino Sans", "Noto Sans JP", Meiryo, sans-serif; }
    button:focus-visible { outline: 3px solid ACCENT; outline-offset: 3px; }
    div { bottom: calc(1.25rem + 60px); width: 400px; max-width: calc(100vw - 2.5rem); max-height: calc(100vh - 7rem);
      border-radius: 12px; overflow: hidden; background: Canvas; }
    div[hidden] { display: none; }
    iframe { display: block; width: 100%; height: 320px; max-height: inherit; border: 0; }
    @media (max-width: 480px) { div { right: .5rem; left: .5rem; width: auto; max-width: none; } }
    @media print { button, div { display: none; } }
  `);
  const host = document.createElement("faqbot-widget");
  const root = host.attachShadow({ mode: "open" });
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
  const panel = Object.assign(document.createElement("div"), { hidden: true, role: "dialog", ariaLabel: label });
  const frame = Object.assign(document.createElement("iframe"), { title: label, referrerPolicy: "no-referrer" });
  root.adoptedStyleSheets = [sheet];
  button.setAttribute("aria-expanded", "false");
  root.append(panel, button);

  function show(open) {
    if (open && !frame.src) {
      frame.src = page.href;
      panel.append(frame);
    }
    panel.hidden = !open;
    button.textContent = open ? "閉じる" : label;
    button.setAttribute("aria-expanded", String(open));
    (open ? frame : button).focus();
  }

  button.addEventListener("click", () => show(panel.hidden));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) show(false);
  });
  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== page.origin) return;
    const said = event.data?.faqbot ?? {};
    if (said.close && !panel.hidden) show(false);
    if (said.height > 0) frame.style.setProperty("height", `${Math.ceil(said.height)}px`);
  });
  const add = () => document.body.append(host);
  if (document.body) add();
  else document.addEventListener("DOMContentLoaded", add);
})();
