"use strict";
// The form of an entry checks itself when a field is left, as the button 表示を確かめる does. It works without this too.
(() => {
  const form = document.querySelector("form.edit[data-checked]");
  if (!form) return;
  let asking = null;

  function show(page) {
    document.getElementById("found").replaceChildren(...page.getElementById("found").childNodes);
    for (const field of form.querySelectorAll(".field")) {
      const input = field.querySelector("[id][name]"), checked = input && page.getElementById(input.id);
      if (!checked) continue;
      field.querySelectorAll(".fault").forEach((fault) => fault.remove());
      input.before(...checked.closest(".field").querySelectorAll(".fault"));
      for (const name of ["aria-invalid", "aria-describedby"]) {
        if (checked.hasAttribute(name)) input.setAttribute(name, checked.getAttribute(name));
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
