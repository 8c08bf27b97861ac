// Enhancements only: every page works without this file.
"use strict";
(() => {
  const english = document.documentElement.lang === "en";

  // Completions while typing, in the browser's own list.
  for (const input of document.querySelectorAll("input[data-suggest]")) {
    const list = document.createElement("datalist");
    list.id = "suggestions";
    input.after(list);
    input.setAttribute("list", list.id);
    let timer, asked = "";
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const text = input.value.trim();
        if (text.length < 2 || text === asked) return;
        asked = text;
        try {
          const answer = await fetch("/api/v1/suggest?q=" + encodeURIComponent(text));
          if (!answer.ok || input.value.trim() !== text) return;
          const found = (await answer.json()).suggestions;
          list.replaceChildren(...found.map((item) => {
            const option = document.createElement("option");
            option.value = item.text;
            return option;
          }));
        } catch { /* no completions then */ }
      }, 150);
    });
  }

  for (const button of document.querySelectorAll("button[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const before = button.textContent;
      await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
      button.textContent = button.dataset.done;
      button.setAttribute("aria-live", "polite");
      setTimeout(() => { button.textContent = before; }, 2000);
    });
  }

  for (const link of document.querySelectorAll("[data-print]")) {
    link.hidden = false;
    link.addEventListener("click", (event) => { event.preventDefault(); print(); });
  }

  // Browsers without ::details-content get filters and contents opened on wide screens.
  if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 1020px)").matches) {
    for (const box of document.querySelectorAll("details.filters, details.toc")) box.open = true;
  }

  // A long table of contents shows the chapter that is read.
  const contents = document.querySelector(".toc");
  const here = contents && contents.querySelector("[aria-current]");
  if (here && contents.scrollHeight > contents.clientHeight) {
    contents.scrollTop = here.offsetTop - contents.offsetTop - contents.clientHeight / 3;
  }

  // The list of lines narrows while typing; marks do not matter.
  const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d");
  for (const input of document.querySelectorAll("input[data-narrow]")) {
    const list = document.getElementById(input.dataset.narrow);
    if (!list) continue;
    const rows = [...list.children].map((row) => [row, fold(row.textContent)]);
    const count = document.getElementById("count");
    input.addEventListener("input", () => {
      const words = fold(input.value).split(/\s+/);
      let shown = 0;
      for (const [row, text] of rows) {
        const match = words.every((word) => text.includes(word));
        row.hidden = !match;
        shown += match;
      }
      if (count) count.textContent = shown + (english ? " lines of business" : " ngành nghề");
    });
  }
})();
