"""What can be wrong in a file people wrote, and how it is told: a place, what was found, what was expected, what to do."""

import errno
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nlargest
from itertools import islice

MAX_TOLD = 200  # faults told of one file: nobody reads further, and a hostile file may hold a hundred thousand
_MAX_SEARCHED = 500  # names compared when looking for the nearest
_MAX_LINE = 300  # characters of a line of advice


@dataclass(frozen=True, slots=True)
class Span:
    """Where a value or a key stands: line and columns, all counted from 1, ``end`` excluded and on the same line."""

    line: int
    column: int
    end: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong. ``code`` is a key of `CATALOGUE`; ``excerpt`` is the line of the file where ``span`` stands."""

    code: str
    found: str
    expected: str = ""
    advice: str = ""
    file: str = ""
    span: Span = Span(1, 1, 2)
    excerpt: str = ""

    def __str__(self) -> str:
        lines = [f"{self.file}:{self.span.line}:{self.span.column}: {self.found} [{self.code}]"]
        if self.excerpt.strip():
            lines += self._drawing()
        if self.expected:
            lines.append(f"  attendu : {_cut(self.expected, _MAX_LINE)}")
        if self.advice:
            lines.append(f"  conseil : {_cut(self.advice, _MAX_LINE)}")
        return "\n".join(lines)

    def _drawing(self) -> list[str]:
        """The line and its underlined spot; a very long line is shown around the spot only."""
        start, end = self.span.column - 1, max(self.span.end - 1, self.span.column)
        left = max(0, start - 60) if len(self.excerpt) > 120 else 0
        shown = _visible(self.excerpt[left : left + 120]).rstrip()
        width = max(1, min(end, left + 120, len(self.excerpt)) - start)
        number = f"{self.span.line:>6} | "
        return [number + shown, " " * (len(number) - 2) + "| " + " " * (start - left) + "^" * width]


class SourceError(ValueError):
    """A file cannot be used. ``faults`` holds everything wrong in it, in the order of the file; ``str()`` tells it all.

    Beyond the first `MAX_TOLD` faults, the others are only counted: ``untold``.
    """

    def __init__(self, faults: Iterable[Fault], untold: int = 0) -> None:
        found = sorted(faults, key=lambda fault: (fault.file, fault.span.line, fault.span.column))
        self.faults = tuple(found[:MAX_TOLD])
        self.untold = untold + len(found) - len(self.faults)
        more = [f"… et au moins {self.untold} autres fautes"] if self.untold else []
        super().__init__("\n\n".join([*map(str, self.faults), *more]))


@dataclass(frozen=True, slots=True)
class PathFault:
    """A fault inside some data whose file is not known yet; ``path`` leads to it, ``on_key`` tells that its key is wrong.

    ``alike`` holds a name and those it could have been: looking for the nearest waits until the fault is told.
    """

    code: str
    path: tuple[str | int, ...]
    found: str
    expected: str = ""
    advice: str = ""
    alike: tuple[str, Collection[str]] | None = None
    on_key: bool = False

    def advise(self) -> str:
        """The advice, or the nearest known name."""
        return self.advice or (nearest(*self.alike) if self.alike else "")

    def told(self) -> str:
        """The fault in one line, for data that comes from no file."""
        parts = [f"{self.found} [{self.code}]"]
        parts += [f"attendu : {self.expected}"] if self.expected else []
        parts += [advice] if (advice := self.advise()) else []
        return " ; ".join(parts)

    def under(self, prefix: tuple[str | int, ...]) -> "PathFault":
        """The same fault, seen from further out."""
        return replace(self, path=prefix + self.path)


class AnswerError(ValueError):
    """Some answers given to `assess` do not exist in the doctrine. ``faults`` holds them all."""

    def __init__(self, faults: Iterable[PathFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.told() for fault in self.faults))


def quoted(value: object, limit: int = 60) -> str:
    """A value between French quotation marks, on one line, cut when it is long."""
    return f"« {_cut(str(value), limit)} »"


def _cut(text: str, limit: int) -> str:
    """A text on one line, cut when it is long; only its beginning is ever looked at."""
    line = _visible(" ".join(text[: 4 * limit].split()))
    return line if len(line) <= limit and len(text) <= 4 * limit else line[: limit - 1] + "…"


def _visible(text: str) -> str:
    """A text without the characters that would move the cursor or turn the line round."""
    return "".join(char if char.isprintable() else " " if char.isspace() else "\ufffd" for char in text)


def choices(names: Collection[str], limit: int = 12) -> str:
    """A few names to choose from, in their order: ``a, b ou c``."""
    listed = list(islice(names, limit))
    if len(names) > limit:
        return ", ".join(listed) + f"… ({len(names)} en tout)"
    return " ou ".join(filter(None, [", ".join(listed[:-1]), listed[-1] if listed else ""]))


def nearest(name: str, known: Iterable[str]) -> str:
    """``peut-être « x »`` when a known name is close enough to ``name``, else nothing."""
    import difflib  # noqa: PLC0415 - only what is wrong needs it

    if len(name) > 100:
        return ""
    candidates = _alike(name, islice(known, _MAX_SEARCHED))
    found = difflib.get_close_matches(name, candidates, n=1, cutoff=0.6)
    if not found and any("." in candidate for candidate in (name, *candidates)):
        tails = {candidate.rpartition(".")[2]: candidate for candidate in candidates}
        found = [tails[tail] for tail in difflib.get_close_matches(name.rpartition(".")[2], tails, n=1, cutoff=0.75)]
    return f"peut-être {quoted(found[0])}" if found else ""


def _alike(name: str, known: Iterable[str]) -> list[str]:
    """The few names that share the most pairs of letters with ``name``: difflib is too slow to see them all each time."""
    pairs = _pairs(name)
    return nlargest(10, known, key=lambda candidate: len(pairs & _pairs(candidate)))


@lru_cache(maxsize=2 * _MAX_SEARCHED)
def _pairs(name: str) -> frozenset[str]:
    return frozenset(name[place : place + 2] for place in range(len(name)))


_REASONS = {
    errno.ENOENT: "introuvable",
    errno.ENOTDIR: "ceci n’est pas un répertoire",
    errno.EISDIR: "ceci est un répertoire, pas un fichier",
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.ENOSPC: "il n’y a plus de place",
    errno.EDQUOT: "il n’y a plus de place",
    errno.EFBIG: "fichier trop gros pour ce disque",
    errno.EROFS: "ce disque est en lecture seule",
    errno.EEXIST: "fichier écrit à la main, laissé intact",
    errno.EAGAIN: "fichier occupé par un autre programme, réessayer",
    errno.ENAMETOOLONG: "nom trop long",
    errno.EXDEV: "lien qui sort du dossier, laissé intact",
    errno.ELOOP: "liens qui tournent en rond",
}


def reason(error: OSError) -> str:
    """Why the system refuses a file: it only says so in English."""
    return _REASONS.get(error.errno or 0, "écriture ou lecture impossible")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the documentation says of a code."""

    title: str
    meaning: str
    remedy: str


CATALOGUE: dict[str, Explanation] = {
    "fichier-illisible": Explanation(
        "Fichier illisible",
        "Le fichier n’existe pas, est un répertoire, ou ne peut pas être lu avec vos droits.",
        "Vérifier le chemin et les droits de lecture.",
    ),
    "fichier-trop-gros": Explanation(
        "Fichier trop gros",
        "Le fichier dépasse 4 Mio, 30 000 valeurs, 5 000 blocs ou 100 rôles, ou demande trop de calculs : une doctrine ou un "
        "dossier en est très loin.",
        "Vérifier qu’il s’agit du bon fichier ; sinon le découper.",
    ),
    "encodage": Explanation(
        "Encodage ou caractère interdit",
        "Le fichier n’est pas écrit en UTF-8, ou contient un caractère invisible : de commande, ou dans une clé.",
        "Enregistrer le fichier en UTF-8 dans l’éditeur de texte, et retirer le caractère indiqué.",
    ),
    "syntaxe": Explanation(
        "Syntaxe YAML",
        "Le fichier n’est pas du YAML : la lecture s’arrête à cet endroit, ou juste avant.",
        "Vérifier l’alignement, les deux-points suivis d’une espace et les guillemets fermés. Un texte qui contient « : » se "
        "met entre guillemets.",
    ),
    "trop-profond": Explanation(
        "Trop de niveaux imbriqués",
        "Des listes ou des blocs sont imbriqués sur plus de 40 niveaux.",
        "Remettre la valeur à plat : aucun format de boussole ne dépasse une dizaine de niveaux.",
    ),
    "cle-en-double": Explanation(
        "Clé écrite deux fois",
        "La même clé apparaît deux fois dans le même bloc ; l’une des deux serait perdue sans bruit.",
        "Garder une seule des deux, ou les fusionner.",
    ),
    "ancre-ou-alias": Explanation(
        "Ancre, alias ou étiquette YAML",
        "Les ancres (&nom), alias (*nom) et étiquettes (!nom) sont refusés : on doit lire la valeur là où elle est.",
        "Écrire la valeur en toutes lettres, ou la mettre entre guillemets si elle commence par &, * ou !.",
    ),
    "cle-inconnue": Explanation(
        "Clé inconnue",
        "Cette clé n’existe pas à cet endroit. Une clé mal écrite serait ignorée et pourrait renverser un avis.",
        "Corriger l’orthographe ou l’alignement de la clé.",
    ),
    "cle-manquante": Explanation(
        "Clé manquante",
        "Une clé obligatoire n’est pas renseignée.",
        "Ajouter la clé dans le bloc indiqué.",
    ),
    "mauvais-type": Explanation(
        "Valeur d’une autre nature",
        "La valeur n’est pas de la nature attendue : un texte à la place d’une liste, une date qui n’existe pas…",
        "Écrire la valeur sous la forme attendue.",
    ),
    "valeur-vide": Explanation(
        "Valeur vide",
        "La clé est là, mais sans contenu.",
        "Remplir la valeur, ou retirer la clé si elle est facultative.",
    ),
    "valeur-inconnue": Explanation(
        "Valeur hors de la liste",
        "Cette clé n’accepte que quelques valeurs, et celle-ci n’en est pas une.",
        "Choisir une des valeurs attendues.",
    ),
    "forme-identifiant": Explanation(
        "Identifiant mal formé",
        "Un identifiant s’écrit en minuscules sans accent, avec des traits d’union : il apparaît dans les adresses.",
        "Écrire par exemple « donnees-sensibles », et « section.question » pour une question.",
    ),
    "identifiant-inconnu": Explanation(
        "Identifiant inconnu",
        "Cet identifiant n’est déclaré nulle part dans la source.",
        "Corriger l’identifiant, ou déclarer ce qu’il désigne.",
    ),
    "identifiant-en-double": Explanation(
        "Identifiant déjà pris",
        "Deux éléments portent le même identifiant.",
        "Donner un autre identifiant au plus récent des deux : un identifiant publié ne change jamais de sens.",
    ),
    "identifiant-retire": Explanation(
        "Identifiant retiré",
        "Cet identifiant figure parmi ceux qui ont été retirés (retired) : il ne peut plus servir.",
        "Choisir un identifiant neuf.",
    ),
    "question-sans-choix": Explanation(
        "Question sans réponses possibles",
        "Une question a soit des options, soit des tranches (bands) croissantes, jamais les deux ni aucune, et trente au plus.",
        "Garder l’un des deux blocs ; pour des tranches, un max croissant sur toutes sauf la dernière, un min sur la première "
        "seulement.",
    ),
    "effet-sans-raison": Explanation(
        "Effet sans raison ou sans remède",
        "Une réponse qui pèse sur l’avis dit pourquoi (because) et comment la changer (remedy).",
        "Ajouter la clé manquante à l’option.",
    ),
    "condition-sans-objet": Explanation(
        "Condition impossible",
        "La condition « when » désigne une question ou une option qui n’existe pas.",
        "Corriger le nom de la question parente ou de son option.",
    ),
    "condition-circulaire": Explanation(
        "Conditions en boucle",
        "Une question ne serait posée qu’après elle-même : elle ne le serait jamais.",
        "Rompre la boucle en retirant une des conditions.",
    ),
    "ligne-rouge-conditionnelle": Explanation(
        "Ligne rouge sous condition",
        "Une réponse donne l’avis le plus sévère, mais sa question n’est posée que dans certains cas : une réponse mal donnée à "
        "la question parente la cacherait.",
        "Retirer la condition (when) de cette question, ou donner un autre effet à la réponse.",
    ),
    "niveau-inaccessible": Explanation(
        "Niveau jamais atteint",
        "Aucun dossier ne peut obtenir cet avis : l’échelle promet un niveau que les questions ne donnent jamais.",
        "Retirer le niveau de l’échelle, ou lui donner un effet.",
    ),
    "cas-inexact": Explanation(
        "Cas d’usage qui ne tient pas",
        "L’avis annoncé par un cas travaillé n’est pas celui que calculent ses réponses.",
        "Corriger les réponses ou l’avis annoncé ; si un effet vient de changer, c’est peut-être lui qui est faux.",
    ),
    "garantie-fausse": Explanation(
        "Garantie qui ne tient pas",
        "Un dossier au moins échappe à la promesse : il est donné en contre-exemple.",
        "Corriger l’effet qui la contredit, ou la promesse.",
    ),
    "garantie-vide": Explanation(
        "Garantie sans objet",
        "Aucun dossier ne remplit l’hypothèse de la garantie : elle ne prouverait rien.",
        "Corriger l’hypothèse (premises).",
    ),
    "bareme-incoherent": Explanation(
        "Barème incohérent",
        "Dans un diagnostic, les points d’une question partent de 0 et augmentent d’une option à l’autre, et les bornes des "
        "bandes augmentent jusqu’à 100 : améliorer une réponse ne doit jamais élever l’indice.",
        "Ranger les options de la meilleure à la pire, et les bandes de la plus basse à la plus haute.",
    ),
    "fait-sans-source": Explanation(
        "Fait sans source",
        "Ce qui est dit d’un outil réel ou d’un logiciel a une source et une date : chacun doit pouvoir le vérifier.",
        "Ajouter la source et le jour où elle a été lue, ou retirer ce qui n’a pas pu être vérifié.",
    ),
    "reponse-inconnue": Explanation(
        "Réponse inconnue",
        "La question n’accepte pas cette réponse.",
        "Choisir une des réponses attendues, « nsp » (je ne sais pas), ou un nombre pour une question chiffrée.",
    ),
    "base-introuvable": Explanation(
        "Doctrine de base introuvable",
        "La source étend (extends) une doctrine qui n’est ni fournie avec boussole, ni un fichier du même dossier ; ou ce "
        "fichier a disparu.",
        "Écrire le nom d’une doctrine fournie, ou le chemin relatif d’un fichier du dossier ; remettre le fichier disparu, ou "
        "changer de base.",
    ),
    "base-circulaire": Explanation(
        "Bases en boucle",
        "Une doctrine s’étendrait elle-même, par ses bases, ou en empile plus de cinq.",
        "Choisir une base qui ne dépend pas de cette source.",
    ),
    "base-fautive": Explanation(
        "Doctrine de base fautive",
        "La doctrine étendue a des fautes, dites dans son propre fichier : rien de ce qui la reprend ne peut être vérifié.",
        "Corriger la base d’abord, ou revenir à une version correcte.",
    ),
    "adaptation-mal-formee": Explanation(
        "Adaptation mal formée",
        "Un élément de « overrides » fait une seule chose : change (avec set ou drop), remove, ou add (avec after ou before), "
        "toujours avec sa raison.",
        "Séparer ce qui fait deux choses, et retirer les clés qui ne vont pas ensemble.",
    ),
    "doctrine-differente": Explanation(
        "Dossier d’une autre doctrine",
        "Le dossier a été rempli pour une autre doctrine que celle qui est chargée.",
        "Charger la bonne doctrine, ou corriger « doctrine » dans le dossier.",
    ),
    "edition-inattendue": Explanation(
        "Ancienne édition inattendue",
        "Un fichier du dossier des anciennes éditions n’est pas une édition passée de cette doctrine.",
        "Y garder, pour chaque édition passée que dit « versions », la source telle qu’elle a été publiée, et rien d’autre.",
    ),
    "document-sans-dossier": Explanation(
        "Document sans dossier",
        "Ce document HTML ne porte pas de données, en porte plusieurs, ou a été coupé : boussole ne l’a pas enregistré ainsi.",
        "Redemander le fichier tel qu’il a été enregistré, sans le copier-coller ni l’imprimer en HTML.",
    ),
    "justification-manquante": Explanation(
        "Sans objet, sans justification",
        "La réponse « sans objet » doit être justifiée par une note.",
        "Ajouter dans « notes » une phrase qui dit pourquoi la question ne se pose pas.",
    ),
    "fiche-mal-nommee": Explanation(
        "Fiche mal nommée",
        "Dans le registre, un fichier porte l’identifiant de son usage : c’est aussi l’adresse de sa page.",
        "Renommer le fichier, ou corriger l’identifiant d’un usage qui n’a pas encore été publié.",
    ),
    "donnee-personnelle": Explanation(
        "Donnée personnelle",
        "Le registre est public : aucun numéro de téléphone, et aucune adresse électronique qui ne soit celle d’un service.",
        "La retirer, ou donner dans « contact » l’adresse d’un service.",
    ),
    "dates-en-desordre": Explanation(
        "Dates en désordre",
        "Un usage commence avant de se terminer, et une décision se prend après l’ouverture du dossier.",
        "Corriger la date qui est fausse.",
    ),
    "date-a-venir": Explanation(
        "Fait qui n’est pas encore venu",
        "Une mesure, une décision, une condition remplie, un fait du registre, une fiche d’usage, une contribution ou un "
        "événement tenu porte une date à venir.",
        "Corriger la date. Seuls l’échéance, le prochain examen et la fin prévue peuvent être à venir.",
    ),
    "valeur-impossible": Explanation(
        "Valeur impossible",
        "Une quantité, une durée ou une part ne descend pas sous zéro.",
        "Corriger la valeur, ou choisir l’indicateur qui mesure un écart.",
    ),
    "groupe-sans-effectif": Explanation(
        "Groupe sans effectif",
        "Sans le nombre de personnes qui ont répondu, on ne sait pas si le groupe est trop petit pour être publié.",
        "Écrire ce nombre dans « count ».",
    ),
    "petit-groupe": Explanation(
        "Mesure d’un petit groupe",
        "Une valeur que moins de cinq personnes ont donnée permettrait de reconnaître qui l’a dite.",
        "Réunir plusieurs groupes avant de l’enregistrer.",
    ),
    "debat-incoherent": Explanation(
        "Débat qui se contredit",
        "Un fichier du débat dit deux choses qui ne vont pas ensemble : un exemple parmi le réel, une réponse sans proposition, "
        "des mots publiés sans accord.",
        "Corriger l’une des deux. L’inventé et le réel ne se comptent jamais ensemble ; seule une proposition acceptée est "
        "portée par une version.",
    ),
    "etude-incoherente": Explanation(
        "Étude qui se contredit",
        "Dans un résultat, les effectifs ne s’ajoutent pas, une question manque, le registre dit autre chose de la même vague, "
        "ou le mois de clôture n’est pas celui de la vague. Dans un résultat ou un tableau saisi, un groupe est nommé comme ceux "
        "qui en réunissent plusieurs : on ne saurait plus lequel est lequel.",
        "Reprendre ce qu’écrit « boussole study tally », sans le retoucher. Pour un groupe, choisir un autre nom. Pour le mois, "
        "corriger la vague ou le jour de clôture (--on) ; ou, dans le dossier, le jour où l’outil a été ouvert (« started »).",
    ),
}
