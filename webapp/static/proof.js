// Proof of work for a form (ALTCHA): finds the number behind a hash, puts it into the form, sends nothing itself.
"use strict";
(() => {
  const form = document.querySelector("form[data-proof]");
  if (!form || !window.crypto?.subtle) return;
  const made = JSON.parse(form.dataset.proof);
  const status = form.querySelector("[data-proof-status]");
  const field = form.elements.altcha;
  const text = new TextEncoder();
  let waiting = false, done = false;

  const solve = async () => {
    const began = performance.now();
    for (let number = 0; number <= made.maxnumber; number++) {
      const bytes = await crypto.subtle.digest(made.algorithm, text.encode(made.salt + number));
      const hex = Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
      if (hex === made.challenge) {
        return { algorithm: made.algorithm, challenge: made.challenge, number, salt: made.salt,
          signature: made.signature, took: Math.round(performance.now() - began) };
      }
    }
    return null;
  };

  form.addEventListener("submit", (event) => {
    if (done) return;
    event.preventDefault();
    waiting = true;
  });
  if (status) status.textContent = status.dataset.working;
  solve().catch(() => null).then((found) => {
    done = true;
    if (found) field.value = btoa(JSON.stringify(found));
    if (status) status.textContent = found ? status.dataset.done : "";
    if (waiting) form.requestSubmit();
  });
})();
