// Enhancements only: every page works without this file.
"use strict";
(() => {
  const english = document.documentElement.lang === "en";

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
