// Checks a receipt where it is: no network, no library. Texts are hashed as they stand in the receipt (RFC 9162).
"use strict";
(() => {
  const keys = JSON.parse(document.body.dataset.keys);
  const result = document.getElementById("result"), words = result.dataset;
  const bytes = (text) => new TextEncoder().encode(text);
  const from64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const fromHex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  const hex = (data) => Array.from(data, (b) => b.toString(16).padStart(2, "0")).join("");
  const join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const sha = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));

  async function signed(given, text) {
    const trusted = keys[given.key_id];
    const raw = from64(trusted || given.public_key);
    if (hex(await sha(raw)).slice(0, 16) !== given.key_id) return [false, ""];
    // Anybody can make a key, a log of one leaf and a receipt that is sound in itself.
    if (!trusted && Object.keys(keys).length) return [false, words.foreign];
    let key;
    try { key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]); }
    catch { return [null, words.old]; }
    const ok = await crypto.subtle.verify("Ed25519", key, from64(given.signature), bytes(text));
    return [ok, trusted ? "" : words.own];
  }

  async function rootOf(index, size, leaf, path) {
    let fn = index, sn = size - 1, found = leaf;
    if (!(index >= 0 && index < size)) return "";
    for (const step of path) {
      if (sn === 0) return "";
      if (fn % 2 === 1 || fn === sn) {
        found = await sha([1], step, found);
        while (fn % 2 === 0 && fn !== 0) { fn = Math.floor(fn / 2); sn = Math.floor(sn / 2); }
      } else found = await sha([1], found, step);
      fn = Math.floor(fn / 2); sn = Math.floor(sn / 2);
    }
    return sn === 0 ? hex(found) : "";
  }

  async function check(receipt) {
    const rows = [], entry = JSON.parse(receipt.entry), head = receipt.log.head;
    const add = (code, ok, detail) => rows.push({ code, ok, detail: detail || "" });
    add("form", receipt.kind === "quydinh-receipt" && receipt.version === 1);
    add("tracking", entry.tracking === receipt.tracking);
    const leaf = await sha([0], bytes(receipt.entry));
    add("hash", hex(leaf) === receipt.hash);
    add("signature", ...(await signed(receipt, "quydinh receipt 1\n" + receipt.entry)));
    for (const part of ["comment", "person"]) {
      if (entry[part] === null) continue;
      const given = receipt[part];
      add(part, given ? hex(await sha(fromHex(given.salt), bytes(given.text))) === entry[part] : null);
    }
    const path = receipt.log.inclusion.map(fromHex);
    add("inclusion", (await rootOf(receipt.log.index, head.size, leaf, path)) === head.root);
    const text = "quydinh tree head 1\n" + head.size + "\n" + head.root + "\n" + head.signed_at + "\n";
    add("head", ...(await signed(head, text)));
    return rows;
  }

  function show(receipt, rows) {
    const bad = rows.some((row) => row.ok === false);
    const title = document.createElement("h2"), list = document.createElement("ul");
    title.textContent = (bad ? words.bad : words.fine) + (receipt && receipt.tracking ? " (" + receipt.tracking + ")" : "");
    for (const row of rows) {
      const line = document.createElement("li"), strong = document.createElement("b");
      strong.textContent = row.ok === null ? words.unknown : row.ok ? words.ok : words.wrong;
      line.append(words[row.code] + ": ", strong, row.detail ? " (" + row.detail + ")" : "");
      list.append(line);
    }
    result.replaceChildren(title, list);
    if (!bad && receipt && receipt.comment) {
      const said = document.createElement("pre"), name = document.createElement("h3");
      name.textContent = words.said;
      said.textContent = JSON.stringify(JSON.parse(receipt.comment.text), null, 1);
      result.append(name, said);
    }
  }

  async function run() {
    const file = document.getElementById("file").files[0];
    const text = file ? await file.text() : document.getElementById("text").value;
    try {
      const receipt = JSON.parse(text);
      show(receipt, await check(receipt));
    } catch { show(null, [{ code: "form", ok: false, detail: "" }]); }
  }
  document.getElementById("check").addEventListener("click", run);
  document.getElementById("file").addEventListener("change", run);
})();
