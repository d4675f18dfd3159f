"use strict";
// Completion under the search box, votes without leaving the page, and the frame on other sites. Everything works
// without this file too.

// Questions that match what is being typed.
(() => {
  const PAUSE = 150; // milliseconds without a key before the server is asked
  const LONGEST_ADDRESS = 7000; // characters; many proxies take 8 kB
  const form = document.querySelector("form.search");
  if (!form) return;
  const input = form.elements.q;
  const list = document.createElement("ul");
  const told = document.createElement("p");
  let active = -1, typed = "", waiting = 0, asking = null;

  Object.assign(list, { id: "matches", className: "matches", role: "listbox", ariaLabel: "当てはまる質問", hidden: true });
  Object.assign(told, { className: "unseen", role: "status" });
  form.append(list, told);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  })) input.setAttribute(name, value);

  const options = () => [...list.children];

  function close() {
    clearTimeout(waiting);
    asking?.abort();
    list.hidden = true;
    select(-1);
    input.setAttribute("aria-expanded", "false");
  }

  function select(number) {
    active = number;
    options().forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
    if (active < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", options()[active].id);
    options()[active].scrollIntoView({ block: "nearest" });
  }

  function option({ url, parts }, number) {
    const item = document.createElement("li");
    Object.assign(item, { id: `match-${number}`, role: "option", ariaSelected: "false" });
    item.dataset.url = url;
    for (const [text, matches] of parts) { // as text, never as markup
      const part = document.createElement(matches ? "mark" : "span");
      part.textContent = text;
      item.append(part);
    }
    return item;
  }

  function show(questions) {
    list.replaceChildren(...questions.map(option));
    select(-1);
    list.hidden = !questions.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    told.textContent = questions.length ? `当てはまる質問が${questions.length}件あります。` : "";
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    try {
      const url = `${form.dataset.suggest}?q=${encodeURIComponent(typed)}`;
      const response = await fetch(url, { signal: asking.signal });
      if (response.ok) show((await response.json()).questions);
    } catch { /* typed on, or no connection: the search itself still works */ }
  }

  input.addEventListener("input", () => {
    typed = input.value.trim();
    clearTimeout(waiting);
    if (typed) waiting = setTimeout(ask, PAUSE);
    else close();
  });
  input.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown") select((active + 1) % count);
    else if (event.key === "ArrowUp") select(active <= 0 ? count - 1 : active - 1);
    else if (event.key === "Enter" && active >= 0) location.assign(options()[active].dataset.url);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  form.addEventListener("mousedown", (event) => { // nothing moves from under a click, as it would when the list went
    if (event.target === input) return; // at once or grew, and the frame on another site with it
    event.preventDefault(); // the focus stays in the box
    clearTimeout(waiting);
    asking?.abort();
  });
  list.addEventListener("click", (event) => {
    const chosen = event.target.closest("li");
    if (chosen) location.assign(chosen.dataset.url);
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", () => {
    close();
    if (String(new URLSearchParams(new FormData(form))).length > LONGEST_ADDRESS) form.method = "post";
  });

  if (window.parent !== window && form.closest(".hero") && matchMedia("(hover: hover)").matches) input.focus();
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
    const wants = (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey)
      || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
    if (!wants) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
})();

// A vote shows its thanks in the place of its form.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-inline]")) return;
  event.preventDefault();
  try {
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const response = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const shown = page.querySelector(".voted");
    for (const heading of shown.querySelectorAll("h1")) { // the page has one already
      const line = document.createElement("p");
      line.append(...heading.childNodes);
      heading.replaceWith(line);
    }
    (form.closest(".voted") ?? form).replaceWith(shown);
  } catch {
    form.removeAttribute("data-inline"); // the browser's own way
    form.requestSubmit(event.submitter);
  }
});

// In a frame on another site: how high the page is, and Esc.
if (window.parent !== window) {
  const tell = (said) => window.parent.postMessage({ faqbot: said }, "*"); // nothing that others may not know
  new ResizeObserver(() => tell({ height: document.body.offsetHeight })).observe(document.body);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tell({ close: true });
  });
}
