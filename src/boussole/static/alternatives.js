// @ts-check
/** The library of alternatives: keeps the rows that have the qualities and the need asked; without it the table shows them all. */
"use strict";

(function () {
  const box = /** @type {HTMLElement | null} */ (document.querySelector(".boussole-choices"));
  if (!box) return;
  const rows = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-need]"));
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (box.querySelectorAll("input[value]"));
  const partly = /** @type {HTMLInputElement} */ (box.querySelector("[name=partie]"));
  const need = /** @type {HTMLSelectElement} */ (box.querySelector("select"));
  const status = /** @type {HTMLElement} */ (box.querySelector("[role=status]"));

  /** @param {Event} [event] */
  function refresh(event) {
    const asked = Array.from(boxes).filter((one) => one.checked).map((one) => one.value);
    let count = 0;
    rows.forEach((row) => {
      const has = ((row.dataset.qualities || "") + (partly.checked ? row.dataset.partly : "")).split(" ");
      row.hidden = !asked.every((quality) => has.includes(quality)) || (need.value !== "" && row.dataset.need !== need.value);
      count += row.hidden ? 0 : 1;
    });
    status.textContent = count ? count + (count < 2 ? "\u00a0logiciel" : "\u00a0logiciels") + " sur " + rows.length + "." : "Aucun logiciel ne répond. Essayez avec moins de choix.";
    if (!event) return; // the address may lead somewhere else on the page
    const state = new URLSearchParams([...asked.map((quality) => ["qualite", quality]), ...(partly.checked ? [["partie", "oui"]] : []), ...(need.value ? [["besoin", need.value]] : [])]).toString();
    history.replaceState(null, "", location.pathname + location.search + (state ? "#" + state : ""));
  }

  const state = new URLSearchParams(location.hash.slice(1));
  boxes.forEach((one) => (one.checked = state.getAll("qualite").includes(one.value)));
  partly.checked = state.has("partie");
  need.value = state.get("besoin") || "";
  if (need.selectedIndex < 0) need.value = ""; // an address from elsewhere may ask for what does not exist
  box.hidden = false;
  box.addEventListener("input", refresh);
  refresh();
})();
