"use strict";
// What makes the team's pages quicker. Everything works without this file too.

// The form of an entry checks itself when a field is left, as the button 表示を確かめる does.
(() => {
  const form = document.querySelector("form.edit[data-checked]");
  if (!form) return;
  let asking = null;

  function show(page) {
    document.getElementById("found").replaceChildren(...page.getElementById("found").childNodes);
    for (const field of form.querySelectorAll(".field")) {
      const inputs = [...field.querySelectorAll("[id][name]")], checked = inputs[0] && page.getElementById(inputs[0].id);
      if (!checked) continue;
      field.querySelectorAll(".fault").forEach((fault) => fault.remove());
      const faults = checked.closest(".field").querySelectorAll(".fault"), details = field.closest("details");
      if (faults.length && details) details.open = true;
      inputs[0].before(...faults);
      for (const input of inputs) for (const name of ["aria-invalid", "aria-describedby"]) {
        const value = page.getElementById(input.id)?.getAttribute(name);
        if (value) input.setAttribute(name, value);
        else input.removeAttribute(name);
      }
    }
  }

  form.addEventListener("change", async () => {
    asking?.abort();
    asking = new AbortController();
    const body = new URLSearchParams(new FormData(form));
    body.set("check", "yes");
    try {
      const response = await fetch(form.action, { method: "POST", body, signal: asking.signal });
      if (response.ok) show(new DOMParser().parseFromString(await response.text(), "text/html"));
    } catch { /* changed again, or no connection: the buttons still work */ }
  });
})();

// Where a page cannot hold the list of all entries, the server names those that fit what is being typed.
(() => {
  const PAUSE = 150; // milliseconds without a key before the server is asked
  const list = document.querySelector("datalist[data-complete]");
  if (!list) return;
  let waiting = 0, asking = null;

  document.addEventListener("input", ({ target }) => {
    if (target.list !== list) return;
    clearTimeout(waiting);
    asking?.abort();
    waiting = setTimeout(async () => {
      asking = new AbortController();
      try {
        const url = `${list.dataset.complete}?q=${encodeURIComponent(target.value)}`;
        const response = await fetch(url, { signal: asking.signal });
        const { entries } = response.ok ? await response.json() : { entries: [] };
        list.replaceChildren(...entries.map((value) => Object.assign(document.createElement("option"), { value })));
      } catch { /* typed on, or no connection: what is written whole is understood too */ }
    }, PAUSE);
  });
})();

// A key chooses the word for the question in which the focus is, then the next question has it, at last the button.
// Outside of the questions keys do nothing, so that those who speak or read by ear choose nothing by chance.
(() => {
  const form = document.querySelector("form.by-key");
  if (!form) return;
  const questions = [...form.querySelectorAll("fieldset")], status = form.querySelector("[role=status]");
  const words = (question) => [...question.querySelectorAll("input[type=radio]")];

  function enter(question) {
    const radios = question ? words(question) : [];
    const next = radios.find((radio) => radio.checked) ?? radios[0] ?? form.querySelector("button.main-action");
    next.focus();
    (question ?? next).scrollIntoView({ block: "nearest" });
  }

  form.addEventListener("keydown", (event) => {
    const question = event.target.closest("fieldset");
    const isTyping = event.target.matches("textarea, select, input:not([type=radio])");
    if (!question || isTyping || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const chosen = words(question).find((radio) => radio.getAttribute("aria-keyshortcuts") === event.key);
    if (!chosen) return;
    event.preventDefault();
    chosen.checked = true;
    status.textContent = `「${chosen.nextSibling.textContent}」を選びました。`;
    enter(questions[questions.indexOf(question) + 1]);
  });
  questions.forEach((question) => words(question).forEach((radio, at) => {
    radio.setAttribute("aria-keyshortcuts", String(at + 1));
  }));
  form.querySelectorAll("kbd, .keys").forEach((shown) => { shown.hidden = false; });
  form.querySelector(".keys button").addEventListener("click", () => {
    enter(questions.find((question) => !words(question).some((radio) => radio.checked)));
  });
})();

// A key presses the button of a verdict while the focus is among them, which it is when the next answer is shown.
(() => {
  const form = document.querySelector("form.verdicts");
  if (!form) return;
  form.querySelector(".keys").hidden = false;
  form.addEventListener("keydown", (event) => {
    if (event.repeat || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const pressed = form.querySelector(`button[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
    if (!pressed) return;
    event.preventDefault();
    pressed.click();
  });
})();

// A file that is too large is told of before it is sent: the server takes none of it.
document.addEventListener("change", ({ target }) => {
  const { largest, told } = target.dataset;
  if (!largest) return;
  target.setCustomValidity([...target.files].some((file) => file.size > Number(largest)) ? told : "");
  target.reportValidity();
});

// What takes a while says so on its pressed button, which cannot be pressed again; going back makes it as it was.
(() => {
  const said = { check: "確かめています（長くて40秒ほど）…", publish: "公開しています…", ask: "承認を頼んでいます…" };
  const pressed = new Map();

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || !button?.dataset.waiting) return;
    setTimeout(() => { // by then the form is on its way, with the button's own name and value
      pressed.set(button, button.textContent);
      button.disabled = true;
      button.textContent = said[button.dataset.waiting];
    });
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("[data-waiting]").forEach((button) => { button.disabled = false; });
    pressed.forEach((text, button) => { button.textContent = text; });
    pressed.clear();
  });
})();
