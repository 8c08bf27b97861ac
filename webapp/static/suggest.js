// Completions while typing: a combobox with a list of its own (ARIA 1.2). Without this file the same stands
// on the page /goi-y, and Enter searches for what was typed, here as there.
"use strict";
(() => {
  const english = document.documentElement.lang === "en";
  const kinds = english
    ? { document: "Document", procedure: "Procedure", term: "Term", business_line: "Line of business" }
    : { document: "Văn bản", procedure: "Thủ tục", term: "Thuật ngữ", business_line: "Ngành nghề" };
  const words = english
    ? { list: "Completions", none: "No completions", some: (n) => n + (n === 1 ? " completion" : " completions") + ", use the arrow keys" }
    : { list: "Gợi ý", none: "Không có gợi ý", some: (n) => "Có " + n + " gợi ý, dùng phím mũi tên để chọn" };
  const prefix = english ? "/en" : "";
  const answers = new Map();

  const element = (name, values, ...inside) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  };

  const ask = async (text, signal) => {
    if (!answers.has(text)) {
      const answer = await fetch("/api/v1/suggest?q=" + encodeURIComponent(text), { signal });
      if (!answer.ok) return [];
      answers.set(text, (await answer.json()).suggestions);
    }
    return answers.get(text);
  };

  const combobox = (input, number) => {
    const id = "completions-" + number;
    const list = element("ul", { id, role: "listbox", class: "completions", "aria-label": words.list, hidden: "" });
    const said = element("span", { role: "status", class: "govuk-visually-hidden" });
    input.after(list, said);
    const values = { role: "combobox", "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false" };
    for (const [key, value] of Object.entries(values)) input.setAttribute(key, value);
    let found = [], active = -1, timer, running;

    const close = () => {
      clearTimeout(timer);
      running?.abort();
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      choose(-1);
    };
    const choose = (at) => {
      active = at;
      [...list.children].forEach((row, n) => row.setAttribute("aria-selected", String(n === at)));
      if (at < 0) input.removeAttribute("aria-activedescendant");
      else {
        input.setAttribute("aria-activedescendant", list.children[at].id);
        list.children[at].scrollIntoView({ block: "nearest" });
      }
    };
    const open = () => {
      list.replaceChildren(...found.map((item, n) => element(
        "li", { role: "option", id: id + "-" + n, "aria-selected": "false" },
        element("span", { lang: "vi" }, item.text), element("span", { class: "k" }, kinds[item.kind] ?? ""),
      )));
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(!!found.length));
      said.textContent = found.length ? words.some(found.length) : words.none;
      choose(-1);
    };
    const go = (at) => { location.assign(prefix + found[at].url); };
    const look = async () => {
      const text = input.value.trim();
      running?.abort();
      running = new AbortController();
      try {
        const answer = text.length < 2 ? [] : await ask(text, running.signal);
        if (input.value.trim() !== text || document.activeElement !== input) return;
        found = answer;
        if (text.length < 2) close();
        else open();
      } catch { /* no completions then */ }
    };

    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 120); });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const down = event.key === "ArrowDown", up = event.key === "ArrowUp";
      if (down || up) {
        event.preventDefault();
        if (list.hidden) { look(); return; }
        const places = found.length + 1; // the field itself is one of them
        choose((active + 1 + (down ? 1 : -1) + places) % places - 1);
      } else if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        go(active);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      }
    });
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    list.addEventListener("click", (event) => {
      const at = [...list.children].indexOf(event.target.closest("li"));
      if (at >= 0) go(at);
    });
  };

  document.querySelectorAll("input[data-suggest]").forEach(combobox);
})();
