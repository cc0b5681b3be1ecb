// @ts-check
/** The library of uses: keeps the kinds that are chosen, side by side; without it the table shows them all. */
"use strict";

(function () {
  const box = /** @type {HTMLElement | null} */ (document.querySelector(".boussole-choices"));
  if (!box) return;
  const rows = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-genre]"));
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (box.querySelectorAll("input"));
  const status = /** @type {HTMLElement} */ (box.querySelector("[role=status]"));
  const table = /** @type {HTMLElement} */ (document.querySelector(".boussole-cards"));

  /** @param {Event} [event] */
  function refresh(event) {
    const chosen = Array.from(boxes).filter((one) => one.checked).map((one) => one.value);
    rows.forEach((row) => {
      row.hidden = chosen.length > 0 && !chosen.includes(row.dataset.genre || "");
    });
    table.classList.toggle("boussole-side", chosen.length > 1 && chosen.length < 4);
    status.textContent = chosen.length ? chosen.length + (chosen.length < 2 ? "\u00a0genre" : "\u00a0genres") + " sur " + rows.length + "." : "Choisissez deux ou trois genres.";
    if (!event) return; // the address may lead somewhere else on the page
    const state = new URLSearchParams(chosen.map((name) => ["genre", name])).toString();
    history.replaceState(null, "", location.pathname + location.search + (state ? "#" + state : ""));
  }

  function read() {
    const [, row] = /^#genre-([a-z0-9-]+)$/.exec(location.hash) || []; // a link, which leads to its row where there is no script
    const asked = row ? [row] : new URLSearchParams(location.hash.slice(1)).getAll("genre");
    boxes.forEach((one) => (one.checked = asked.includes(one.value)));
    refresh();
  }

  box.hidden = false;
  box.addEventListener("input", refresh);
  addEventListener("hashchange", read);
  read();
})();
