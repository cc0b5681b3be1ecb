// @ts-check
/** The page where an assessment starts: goes on with a dossier, begins one, opens files, says who answers, erases. */
"use strict";

(function () {
  const page = document.getElementById("depart");
  if (!page) return;

  const { fr, byId, all, make, tell, fill, plural, sectionAddress, showKept, showErrors, showNews } = boussoleShowing;
  const { doctrine, forest, button, asking } = boussoleReading;
  const root = page;

  /** @type {any} */
  let keeper = null;

  /** @param {any} given */
  function begin(given) {
    keeper = given;
    for (const node of all(document, ".boussole-by-hand")) node.hidden = true;
    root.hidden = false;
    byId("creer").onclick = create;
    byId("ouvrir-fichiers").onclick = open;
    for (const id of ["role", "precision"]) byId(id).onchange = setWho;
    showWho();
    keeper.onChange(show);
    show();
    showNews(keeper, byId("fait"));
    const goal = location.hash && byId(location.hash.slice(1));
    if (goal) goal.scrollIntoView();
  }

  function show() {
    showKept(keeper);
    showCurrent();
    showList();
  }

  /** @param {string} words */
  function say(words) {
    tell(byId("fait"), fr(words));
  }

  /** Follow a link of ours, as a click does, so that the dossier comes along. @param {string} href */
  function go(href) {
    const link = make("a", { href, hidden: true });
    root.append(link);
    link.click();
    link.remove();
  }

  // -- the current dossier ---------------------------------------------------------------------------------------------

  function showCurrent() {
    const { dossier } = keeper;
    const isThere = keeper.uid !== null;
    byId("reprendre").hidden = !isThere;
    byId("ou").hidden = !isThere;
    if (!isThere) return;
    tell(byId("reprendre-titre"), dossier.title);
    tell(byId("avancement"), fr(progress(dossier)));
    const section = doctrine.sections.find((/** @type {any} */ one) => one.id === keeper.page) || doctrine.sections[0];
    byId("continuer").href = sectionAddress(section.id);
    tell(byId("continuer"), fr("Continuer : " + section.label));
  }

  /** @param {any} dossier */
  function progress(dossier) {
    const result = boussoleAssessment.assess(forest, dossier.answers || {});
    const level = doctrine.scale.find((/** @type {any} */ one) => one.id === result.opinion);
    const kind = dossier.kind === "example" ? "Usage inventé. " : "";
    return kind + boussoleCounting.countLabel(dossier, result.possible) + ". Avis : " + (level ? level.label : "à compléter") + ".";
  }

  // -- beginning -------------------------------------------------------------------------------------------------------

  function create() {
    const title = boussoleDossier.clean(byId("titre").value).replace(/\s+/g, " ").trim();
    const faults = title ? [] : [{ field: "titre", text: "Dire quel usage évaluer, en quelques mots." }];
    showErrors(faults);
    if (faults.length) return;
    keeper.create(title);
    const kind = all(root, "[name=kind]").find((input) => input.checked).value;
    keeper.change((/** @type {any} */ dossier) => {
      dossier.kind = kind;
    });
    byId("titre").value = "";
    go(sectionAddress(doctrine.sections[0].id));
  }

  // -- who answers -----------------------------------------------------------------------------------------------------

  function showWho() {
    const who = keeper.who();
    byId("role").value = who ? who.role : "";
    byId("precision").value = who ? who.label : "";
  }

  function setWho() {
    keeper.setWho(byId("role").value, byId("precision").value);
    const who = keeper.who();
    const name = () => {
      const dossier = { contributors: {} };
      return boussoleDossier.contributor(doctrine, dossier, boussoleDossier.introduce(dossier, who.role, who.label));
    };
    say(who ? "Rôle : " + boussoleDossier.uncapitalized(name()) + "." : byId("precision").value ? "Choisir aussi un rôle : la précision seule ne suffit pas." : "Vos réponses sont sans rôle indiqué.");
  }

  // -- opening files ---------------------------------------------------------------------------------------------------

  function open() {
    const files = Array.from(byId("fichiers").files || []);
    if (!files.length) {
      showErrors([{ field: "fichiers", text: "Choisir un fichier à ouvrir." }]);
      return;
    }
    Promise.all(files.map((file) => boussoleOpening.open(doctrine, file))).then(receive);
  }

  /** Merge what could be opened, and say what could not. @param {any[]} opened */
  function receive(opened) {
    const good = opened.filter((one) => !one.fault);
    showErrors(opened.filter((one) => one.fault).map((one) => ({ field: "fichiers", text: one.fault })));
    if (!good.length) return;
    const titles = good.map((one) => one.dossier.title);
    const merged = good.map((one) => one.dossier).reduce((all, one) => boussoleMerging.merge(all, one));
    const isHere = keeper.uid !== null && all(root, "[name=ou]").find((input) => input.checked).value === "ici";
    if (isHere) titles.unshift(keeper.dossier.title);
    if (isHere) keeper.change((/** @type {any} */ dossier) => boussoleMerging.mergeInto(dossier, [merged]));
    else keeper.add(merged);
    byId("fichiers").value = "";
    tellOpened(good, Array.from(new Set(titles)));
  }

  /** @param {any[]} opened @param {string[]} titles */
  function tellOpened(opened, titles) {
    const apart = boussoleAssessment.disagreements(forest, keeper.dossier.answers || {}).filter((/** @type {any} */ one) => !one.settled);
    const aside = opened.reduce((sum, one) => sum + one.aside.length, 0);
    const again = boussoleDossier.outdated(doctrine, keeper.dossier).length;
    const said = [
      "Ouvert : « " + keeper.dossier.title + " »" + (opened.length > 1 ? ", " + opened.length + " fichiers réunis." : "."),
      titles.length > 1 ? "Les titres diffèrent (« " + titles.join(" », « ") + " ») : vérifier qu’il s’agit du même usage." : "",
      apart.length ? plural(apart.length, "désaccord") + " à discuter, dans « Réunir les dossiers »." : "",
      again ? plural(again, "réponse") + " à relire : la doctrine a changé." : "",
      aside ? plural(aside, "élément inconnu", "éléments inconnus") + " de cette version de la doctrine, gardés à part." : "",
      keeper.who() ? "" : "Choisir un rôle avant de répondre.",
    ];
    say(said.filter(Boolean).join(" "));
    if (byId("erreurs").hidden) byId("reprendre-titre").focus();
  }

  // -- the kept dossiers -----------------------------------------------------------------------------------------------

  function showList() {
    const kept = keeper.list();
    const damaged = keeper.damaged();
    byId("gardes").hidden = !kept.length && !damaged.length;
    fill(/** @type {HTMLElement} */ (root.querySelector(".boussole-files")), kept.map(line).concat(damaged.map(damagedLine)));
    showClear();
  }

  /** @param {{uid: string, title: string, updated: string}} kept */
  function line(kept) {
    const isOpen = kept.uid === keeper.uid;
    const words = make("span", {}, make("strong", {}, kept.title), " ", make("small", {}, (isOpen ? "ouvert, " : "") + "modifié le " + dateLabel(kept.updated)));
    const buttons = isOpen ? [] : [button("Ouvrir", () => keeper.open(kept.uid) && leave("Ouvert : « " + kept.title + " »."), kept.title)];
    return make("li", {}, words, make("span", { className: "boussole-buttons" }, ...buttons, eraser(kept.uid, kept.title)));
  }

  /** @param {{uid: string, text: string}} found */
  function damagedLine(found) {
    const words = make("span", {}, make("strong", {}, "Dossier abîmé"), " ", make("small", {}, fr("gardé tel quel : il n’a pas pu être relu")));
    return make("li", {}, words, make("span", { className: "boussole-buttons" }, button("Récupérer le texte", () => save(found.text), "dossier abîmé"), eraser(found.uid, "dossier abîmé")));
  }

  /** @param {string} text */
  function save(text) {
    boussoleShowing.download("dossier-abime.txt", "text/plain", text);
    say("Fichier préparé : dossier-abime.txt.");
  }

  /** @param {string} updated */
  function dateLabel(updated) {
    const date = new Date(updated);
    return isNaN(date.getTime()) ? "à une date inconnue" : date.toLocaleString("fr-FR", { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" });
  }

  /** A button that asks before it erases, in its own place. @param {string} uid @param {string} title */
  function eraser(uid, title) {
    return asking("Effacer", title, "Effacer pour de bon", () => {
      keeper.remove(uid);
      leave("Effacé : « " + title + " ».");
    });
  }

  function showClear() {
    const clear = asking("Tout effacer", "les dossiers gardés dans ce navigateur", "Tout effacer pour de bon", () => {
      keeper.clear();
      showWho();
      leave("Tout est effacé de ce navigateur.");
    });
    fill(/** @type {HTMLElement} */ (root.querySelector(".boussole-clear")), [clear]);
  }

  /** Say what was done, and put the focus where the page still is. @param {string} words */
  function leave(words) {
    show();
    say(words);
    const goal = keeper.uid === null ? byId("titre") : byId("reprendre-titre");
    goal.focus();
  }

  boussoleKeeping.start(doctrine).then(begin);
})();
