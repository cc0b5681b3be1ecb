// @ts-check
/** The page that prepares a contribution: checks the sheet, writes it as a letter, and as `boussole.filing.yaml_of` does for the
 * one who enters it; sends nothing. */
"use strict";

(function () {
  const root = document.getElementById("fiche");
  if (!root || !document.getElementById("f-consultation")) return;

  const WORDS = ["observation", "concern", "hope", "proposal", "condition"];

  /** @param {string} id @returns {any} */
  const byId = (id) => document.getElementById(id);
  /** @param {string} name @returns {string} */
  const value = (name) => clean(byId("f-" + name).value).trim();
  /** @param {string} name @returns {string} */
  const label = (name) => byId("f-" + name).labels[0].firstChild.textContent.trim();
  /** What is read of a field: the words of a choice rather than its value. @param {string} name @returns {string} */
  const shown = (name) => (byId("f-" + name).selectedOptions ? value(name) && byId("f-" + name).selectedOptions[0].text : value(name));

  // The same as `boussole.dossier.clean`: what commands rather than says, and halves of characters; older browsers know no lookbehind.
  const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;
  const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(^|[^\ud800-\udbff])[\udc00-\udfff]/g;

  // As `boussole.vetting.personal` finds them: a French number, an address.
  const PERSONAL = /(?:^|[^\d.,-])(?:(?:\+|00)33[ .-]?(?:\(0\))?[ .-]?|0)[1-9](?:[ .-]?\d{2}){4}(?![\d-])|[^\s@]@[^\s@]+\.[^\s@.]/;

  /** @param {string} text */
  function clean(text) {
    return text.replace(/\r\n/g, "\n").replace(OBEYED, "").replace(LONE, "$1");
  }

  /** Our own words with French spaces. @param {string} text */
  function fr(text) {
    return text.replace(/ ;/g, "\u202f;").replace(/ ([:»])/g, "\u00a0$1").replace(/« /g, "«\u00a0");
  }

  /** A line of the letter, or its beginning. @param {string} name @param {string} [text] */
  function told(name, text) {
    return name + "\u00a0:" + (text ? " " + text : "");
  }

  /** What a name adds to its date: no words, which it would keep once they are taken out; as no one knows here which numbers are
   * taken, four letters, without the vowels that words are made of. */
  function mark() {
    return Array.from({ length: 4 }, () => "bcdfghjklmnpqrstvwxz"[Math.floor(Math.random() * 20)]).join("");
  }

  /** A value on its line, nothing in it that no one could see. @param {any} given */
  function leaf(given) {
    const text = Array.isArray(given) ? "[" + given.map((one) => JSON.stringify(one)).join(", ") + "]" : JSON.stringify(given);
    return text.replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (found) => "\\u" + found.charCodeAt(0).toString(16).padStart(4, "0"));
  }

  /** What is wrong: the field, and what to do. @returns {string[][]} */
  function faults() {
    const said = consent();
    const found = [];
    if (!value("date")) found.push(["date", "Dire la date."]);
    if (said === null) found.push(["consent", "Dire si le texte peut être publié, oui ou non."]);
    if (said && !WORDS.some(value)) found.push(["observation", "Écrire au moins un constat, une crainte, un espoir ou une proposition."]);
    if (said !== false) {
      for (const name of ["theme", ...WORDS]) {
        if (PERSONAL.test(value(name))) found.push([name, told("Retirer le numéro ou l’adresse électronique", label(name) + ".")]);
      }
    }
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
    /** @type {[string, any][]} */
    const rows = [
      ["id", date + "-" + mark()],
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

  /** The sheet as a letter, for anyone to read. @param {string} name */
  function letter(name) {
    const consultation = byId("f-consultation").selectedOptions[0], said = consent();
    const lines = [told("Référence", name), told("Date", new Date(value("date")).toLocaleDateString("fr-FR", { timeZone: "UTC" }))];
    for (const name of ["consultation", "event", "profile", "about", "theme"]) {
      if (shown(name) && (said || name !== "theme")) lines.push(told(label(name), shown(name)));
    }
    for (const name of WORDS) if (said && value(name)) lines.push("", told(label(name)), value(name));
    lines.push("", told(label("consent"), said ? "oui" : "non"));
    lines.push(told("À remettre", whereTo(consultation)));
    lines.push(told("La réponse", told(fr("à cette référence, page « Les fiches »"))), answers(consultation.value));
    lines.push("Les dix engagements du kit demandent trois mois au plus.");
    return lines.join("\n") + "\n";
  }

  /** Who a letter is for. @param {HTMLOptionElement} consultation */
  function whereTo(consultation) {
    if (consultation.dataset.kind === "example") return "à personne, cette démarche est un exemple inventé";
    return consultation.dataset.contact || "l’adresse n’est pas connue de ce site, demandez-la à la collectivité";
  }

  /** The address of the page where answers will be; of a copy on a disk, its place in the site. @param {string} name */
  function answers(name) {
    const page = new URL("fiches-" + name + ".html", location.href);
    return page.protocol === "file:" ? "debattre/fiches-" + name + ".html" : page.origin + page.pathname;
  }

  function write() {
    const wrong = faults();
    tellErrors(wrong);
    byId("pret").hidden = wrong.length > 0;
    if (wrong.length) return;
    const rows = sheet();
    byId("texte").textContent = rows.map(([name, given]) => name + ": " + leaf(given) + "\n").join("");
    byId("lettre").textContent = letter(rows[0][1]);
    byId("pret").dataset.name = rows[0][1];
    byId("fait").textContent = consent() ? "" : fr("Sans accord de publication, la fiche est comptée ; vos mots n’y figurent pas.");
    byId("pret-titre").focus();
  }

  /** @param {string[][]} wrong */
  function tellErrors(wrong) {
    const box = byId("erreurs");
    box.hidden = !wrong.length;
    box.textContent = "";
    for (const [field, text] of wrong) {
      const line = document.createElement("p"), link = document.createElement("a");
      link.href = "#f-" + field;
      link.textContent = text;
      line.append(link);
      box.append(line);
    }
    if (wrong.length) box.focus();
  }

  function copy() {
    const text = byId("lettre").textContent;
    const isCopied = () => (byId("fait").textContent = "Copié.");
    const asked = navigator.clipboard && navigator.clipboard.writeText(text);
    if (asked) asked.then(isCopied, select);
    else select();
  }

  /** Where the clipboard is refused, the text is selected: the reader copies it. */
  function select() {
    const range = document.createRange(), selection = /** @type {Selection} */ (getSelection());
    range.selectNodeContents(byId("lettre"));
    selection.removeAllRanges();
    selection.addRange(range);
    byId("fait").textContent = fr("Le texte est sélectionné : copiez-le avec le clavier.");
  }

  /** @param {string} id what holds the text @param {string} end of the name of the file */
  function download(id, end) {
    const link = document.createElement("a"), name = byId("pret").dataset.name + end;
    link.href = URL.createObjectURL(new Blob([byId(id).textContent], { type: "text/plain" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    byId("fait").textContent = told("Fichier préparé", name);
  }

  const events = Array.from(byId("f-event").options);

  /** Choose what a list offers, its first line when it does not offer it. @param {any} list @param {string} wanted */
  function pick(list, wanted) {
    list.value = wanted;
    if (list.selectedIndex < 0) list.selectedIndex = 0;
  }

  /** An event belongs to one consultation: those of the others are not there to be chosen. */
  function follow() {
    const list = byId("f-event"), before = list.value, chosen = byId("f-consultation").value;
    list.replaceChildren(...events.filter((one) => !one.value || one.dataset.consultation === chosen));
    pick(list, before);
  }

  /** Offer the question that an address names, after its criterion: one of those the page knows, since anyone writes an address.
   * @param {string} name @returns {boolean} whether it does not name a question, or a known one */
  function offer(name) {
    if (!name.includes(".")) return true;
    for (const part of byId("f-about").options) {
      const known = part.dataset.questions;
      if (known && known.split(" ").some((/** @type {string} */ one) => part.value + "." + one === name)) {
        part.after(new Option(part.text + ", question " + name, name));
        return true;
      }
    }
    return false;
  }

  /** Lead back to the words of the question, while it is the one that is chosen. */
  function lead() {
    const name = value("about"), line = byId("question"), link = document.createElement("a");
    line.hidden = !name.includes(".");
    link.href = "../criteres/" + name.split(".")[0] + ".html#" + name.replace(".", "-");
    link.textContent = "Relire la question " + name;
    line.replaceChildren(link);
  }

  const asked = location.hash.slice(1), isKnown = offer(asked), held = events.find((one) => asked && one.value === asked);
  if (held) byId("f-consultation").value = held.dataset.consultation;
  pick(byId("f-event"), asked);
  pick(byId("f-about"), asked);
  lead();
  if (!isKnown) {
    byId("question").textContent = fr("Cette adresse nomme une question qui n’est pas dans la doctrine : elle n’est pas retenue.");
    byId("question").hidden = false;
  }
  if (!byId("f-date").value) byId("f-date").value = new Date().toISOString().slice(0, 10);
  follow();
  byId("f-consultation").onchange = follow;
  byId("f-about").onchange = lead;
  // A page that comes back from the browser's memory has the choices it was left with.
  addEventListener("pageshow", () => isKnown && lead());
  byId("ecrire").onclick = write;
  byId("copier").onclick = copy;
  byId("imprimer").onclick = () => print();
  byId("enregistrer").onclick = () => download("lettre", ".txt");
  byId("telecharger").onclick = () => download("texte", ".yml");
  byId("preparer").hidden = false;
})();
