// @ts-check
/** The page that prepares a contribution: checks the sheet, writes it as `boussole.filing.yaml_of` does, sends nothing. */
"use strict";

(function () {
  const root = document.getElementById("fiche");
  if (!root) return;

  const WORDS = ["observation", "concern", "hope", "proposal", "condition"];

  /** @param {string} id @returns {any} */
  const byId = (id) => document.getElementById(id);
  /** @param {string} name @returns {string} */
  const value = (name) => clean(byId("f-" + name).value).trim();

  // The same as `boussole.dossier.clean`: what commands rather than says, and halves of characters; older browsers know no lookbehind.
  const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;
  const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(^|[^\ud800-\udbff])[\udc00-\udfff]/g;

  /** @param {string} text */
  function clean(text) {
    return text.replace(/\r\n/g, "\n").replace(OBEYED, "").replace(LONE, "$1");
  }

  /** The letters and digits of a text, joined by hyphens. @param {string} text */
  function slug(text) {
    return text.normalize("NFD").toLowerCase().replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, "-").slice(0, 50).replace(/^-+|-+$/g, "");
  }

  /** A value on its line, nothing in it that no one could see. @param {any} given */
  function leaf(given) {
    const text = Array.isArray(given) ? "[" + given.map((one) => JSON.stringify(one)).join(", ") + "]" : JSON.stringify(given);
    return text.replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (found) => "\\u" + found.charCodeAt(0).toString(16).padStart(4, "0"));
  }

  /** @returns {{field: string, text: string}[]} */
  function faults() {
    const said = consent();
    const found = [];
    if (!value("date")) found.push({ field: "f-date", text: "Dire la date." });
    if (said === null) found.push({ field: "f-consent", text: "Dire si le texte peut être publié, oui ou non." });
    if (said && !WORDS.some(value)) found.push({ field: "f-observation", text: "Écrire au moins un constat, une crainte, un espoir ou une proposition." });
    return found;
  }

  /** @returns {boolean | null} */
  function consent() {
    const chosen = /** @type {any} */ (/** @type {HTMLElement} */ (root).querySelector("[name=consent]:checked"));
    return chosen ? chosen.value === "true" : null;
  }

  /** The sheet as data, in the order of its file; without consent, nothing of what was said. @returns {[string, any][]} */
  function sheet() {
    const consultation = byId("f-consultation").selectedOptions[0];
    const date = value("date"), event = value("event"), about = value("about"), said = consent();
    const title = slug((said && (value("proposal") || WORDS.map(value).find(Boolean))) || "fiche");
    /** @type {[string, any][]} */
    const rows = [
      ["id", date + "-" + title],
      ["kind", consultation.dataset.kind],
      ["consultation", consultation.value],
      ["date", date],
      event ? ["event", event] : ["channel", "Formulaire du site"],
      ["profile", value("profile")],
      ["about", about ? [about] : ""],
      ["theme", said ? value("theme") : ""],
    ];
    for (const name of WORDS) rows.push([name, said ? value(name) : ""]);
    rows.push(["consent", said]);
    return rows.filter(([, given]) => given !== "");
  }

  function write() {
    const wrong = faults();
    tellErrors(wrong);
    byId("pret").hidden = wrong.length > 0;
    if (wrong.length) return;
    const rows = sheet();
    byId("texte").textContent = rows.map(([name, given]) => name + ": " + leaf(given) + "\n").join("");
    byId("telecharger").dataset.name = rows[0][1] + ".yml";
    byId("fait").textContent = consent() ? "" : "Sans accord de publication, la fiche est comptée ; vos mots n’y figurent pas.";
    byId("pret-titre").focus();
  }

  /** @param {{field: string, text: string}[]} wrong */
  function tellErrors(wrong) {
    const box = byId("erreurs");
    box.hidden = !wrong.length;
    box.textContent = "";
    for (const one of wrong) {
      const line = document.createElement("p"), link = document.createElement("a");
      link.href = "#" + one.field;
      link.textContent = one.text;
      line.append(link);
      box.append(line);
    }
    if (wrong.length) box.focus();
  }

  function copy() {
    const text = byId("texte").textContent;
    const told = () => (byId("fait").textContent = "Copié.");
    const asked = navigator.clipboard && navigator.clipboard.writeText(text);
    if (asked) asked.then(told, select);
    else select();
  }

  /** Where the clipboard is refused, the text is selected: the reader copies it. */
  function select() {
    const range = document.createRange(), selection = /** @type {Selection} */ (getSelection());
    range.selectNodeContents(byId("texte"));
    selection.removeAllRanges();
    selection.addRange(range);
    byId("fait").textContent = "Le texte est sélectionné : copiez-le avec le clavier.";
  }

  function download() {
    const link = document.createElement("a"), name = byId("telecharger").dataset.name;
    link.href = URL.createObjectURL(new Blob([byId("texte").textContent], { type: "application/yaml" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    byId("fait").textContent = "Fichier préparé : " + name;
  }

  /** An event belongs to one consultation. */
  function follow() {
    const chosen = byId("f-event").selectedOptions[0];
    if (chosen.dataset.consultation) byId("f-consultation").value = chosen.dataset.consultation;
  }

  const asked = decodeURIComponent(location.hash.slice(1));
  for (const name of ["about", "event"]) {
    if (Array.from(byId("f-" + name).options).some((/** @type {any} */ option) => option.value === asked && asked)) byId("f-" + name).value = asked;
  }
  if (!byId("f-date").value) byId("f-date").value = new Date().toISOString().slice(0, 10);
  follow();
  byId("f-event").onchange = follow;
  byId("ecrire").onclick = write;
  byId("copier").onclick = copy;
  byId("telecharger").onclick = download;
  byId("preparer").hidden = false;
})();
