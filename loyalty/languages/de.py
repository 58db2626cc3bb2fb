"""What cards, pages and cash desks say in German. Spans of time are in the dative throughout."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

UNIT_FORMS = ("one", "other")
BARE_UNIT = False
UNIT_EXAMPLE = "Bonus, Boni"
GENDERS: Mapping[str, str] = {}
COMING_DAY: tuple[str, str] | None = None
_DATIVE_AS_IT_IS = ("n", "s", "a", "i", "o", "u", "y")


def governed(forms: Mapping[str, str], form: str) -> str:
    """Return a noun after "bei höchstens" or "ab": a plural takes an n in the dative."""
    noun = forms[form]
    return noun if form == "one" or noun.endswith(_DATIVE_AS_IT_IS) else f"{noun}n"


PHRASES: Mapping[str, str] = {
    # Cards.
    "label.tier": "Stufe",
    "label.worth": "Wert",
    "label.way": "Stufe: {level}",
    "label.keep": "Damit die Stufe bleibt",
    "label.since": "Mitglied seit",
    "label.expiry": "Bald einlösen",
    "label.warning": "Ihre Stufe",
    "label.discount": "Rabatt",
    "label.progress": "Nächste Prämie",
    "label.reward": "Für Sie bereit",
    "link.answer": "Hier antworten",
    "label.message": "Neuigkeiten",
    "label.promotion": "Für Sie",
    "label.appointment": "Ihr Termin",
    "label.member": "Mitglied",
    "change.balance": "{noun}: %@",
    "change.tier": "Ihre Stufe ist jetzt %@",
    "change.appointment": "Ihr Termin: %@",
    "change.discount": "Ihr Rabatt ist jetzt %@",
    "expiring": "{points} bis {day}",
    "falling": "Sinkt nach dem {day}, wenn Sie nicht kommen",
    "falling.needs": "Sinkt nach dem {day}; noch {missing}, und sie bleibt",
    "climb": "{number} von {count}",
    "way": "noch {missing} bis {target}",
    "way.level": "noch {missing} bis {level}",
    "way.top": "Die höchste Stufe",
    "keep": "{missing} bis {day}",
    "keep.ever": "Nichts zu tun: Sie bleibt Ihnen",
    "progress": "{reward}: noch {points}",
    "near": "Sie sind in der Nähe: {location}",
    "cause.gifts": "Gaben: {n}",
    "draw.won": "Sie haben gewonnen: {prize}. Zeigen Sie das an der Kasse.",
    "draw.went": (
        "Die Gewinner sind gezogen. Wer gewonnen hat, liest es auf der Karte; wie gezogen "
        "wurde, kann jeder nachprüfen."
    ),
    "saving.members": "Mitglieder der Gruppe: {n}",
    "saving.more": "noch {n}",
    "saving.1": "{what}: ein Viertel des Weges ist gemeinsam geschafft.",
    "saving.2": "{what}: die Hälfte des Weges ist gemeinsam geschafft.",
    "saving.3": "{what}: drei Viertel des Weges sind gemeinsam geschafft.",
    "saving.4": "{what}: gemeinsam geschafft! {prize}",
    "invited.off": ("Es findet nicht statt: {what}, {when}."),
    "invited.free": ("Ein Platz ist frei geworden: Sie kommen. {what}, {when}."),
    "invited.waiting": (
        "{what}, {when}: Sie stehen auf der Warteliste. Wird ein Platz frei, steht es hier."
    ),
    # Messages.
    "message.code.subject": "Ihr Code: {program}",
    "message.code.text": (
        "{code} ist der Code für Ihre Karte „{program}“. Geben Sie ihn auf der Seite ein, die sich "
        "beim Beitritt geöffnet hat; er gilt {minutes} Minuten.\n\n"
        "Sagen Sie ihn niemandem, und geben Sie ihn auf keiner Seite ein, die Ihnen jemand "
        "geschickt hat. Wenn Sie nicht beigetreten sind, tun Sie nichts: Ohne diesen Code bekommt "
        "niemand etwas."
    ),
    "message.code.known.text": (
        "Sie haben eine Karte „{program}“. Hier ist sie:\n{address}\n\n"
        "Haben Sie gerade eine neue angelegt und möchten mit dieser weitermachen? Dann geben Sie "
        "den Code {code} innerhalb von {minutes} Minuten auf der Seite ein, die sich beim Beitritt "
        "geöffnet hat. Alles, was Sie haben, kommt auf die neue Karte, und die alte wird "
        "geschlossen.\n\n"
        "Sagen Sie den Code niemandem, und geben Sie ihn auf keiner Seite ein, die Ihnen jemand "
        "geschickt hat. Wenn Sie ihn nicht wollten, tun Sie nichts: Ihre Karte bleibt, wie sie ist."
    ),
    # Nouns without a number.
    "noun.points": "Punkte",
    "noun.stamps": "Stempel",
    "noun.visits": "Besuche",
    "noun.of.points": "Punkte",
    "noun.of.stamps": "Stempel",
    "noun.of.visits": "Besuche",
    "quoted": "„{name}“",
    "in_pot": "{counted} ({pot})",
    # Earning.
    "each": "je {amount}",
    "earn.amount": "{points} für {each}{on}{minimum}",
    "earn.amount.on": " Umsatz mit {names}",
    # Of a pot that is said in money.
    "earn.share": "Von jedem Einkauf{on} gibt es {percent} zurück{minimum}",
    "earn.share.on": " von {names}",
    "earn.visit": "{points} für jeden Besuch{on}{minimum}",
    "earn.visit.on": " mit {names}",
    "earn.item": "{points} für jeden Artikel{on}{minimum}",
    "earn.item.on": " aus {names}",
    "earn.except": " (außer {names})",
    "earn.minimum": ", bei Rechnungen ab {amount}",
    "earn.minimum.on": ", ab {amount} davon",
    "basis": "Es zählt der Preis {parts}",
    "basis.discount": "vor Rabatten",
    "basis.tax": "ohne Steuer",
    "basis.tips": "mit Trinkgeld",
    # Promotions.
    "promotion": "{name}: {what}{on}{minimum}{dates}{times}",
    "promotion.twice": "doppelt so viele {noun}",
    "promotion.twice.money": "doppelt so viel",
    "promotion.times": "{times} so viele {noun}",
    "promotion.times.money": "{times} so viel",
    "promotion.bonus": "{points} extra",
    "promotion.bonus.item": "{points} extra je Artikel",
    "personal": "Für Sie bis {day}: {what}{on}{minimum}{times}{left}",
    "personal.left": " (noch {purchases})",
    "promotion.on": " für {names}",
    "promotion.dates": " vom {first} bis {last}",
    "promotion.first": " ab {first}",
    "promotion.last": " bis {last}",
    "promotion.times_of_day": ", {windows}",
    "window.every_day": "täglich",
    "window.hours": "{days} {start}–{until}",
    "window.until_midnight": "{days} ab {start} bis Mitternacht",
    "window.all_day": "{days} ganztägig",
    "stacking.best": "Gelten mehrere Aktionen zugleich, zählt die beste",
    "stacking.sum": "Aktionen, die zugleich gelten, werden zusammengezählt",
    "stacking.first": "Gelten mehrere Aktionen zugleich, zählt die zuerst genannte",
    # Limits.
    "a.order": "pro Einkauf",
    "a.hour": "pro Stunde",
    "a.day": "pro Tag",
    "a.week": "pro Woche",
    "a.month": "pro Monat",
    "a.year": "pro Jahr",
    "cap": "Es bleibt bei höchstens {caps}",
    "cap.order": "Ein Einkauf, der zu mehr als {points} führen würde, bringt nichts",
    "limit.earn": "Gezählt wird höchstens: {limits}",
    "limit.redeem": "Einlösen geht höchstens {limits}",
    "cool_down": "Ein Einkauf innerhalb von {time} nach einem anderen bringt nichts",
    "pending.points": "Neue Punkte können nach {time} eingelöst werden",
    "pending.stamps": "Neue Stempel können nach {time} eingelöst werden",
    "pending.money": "Gesammeltes kann nach {time} eingelöst werden",
    "pending.unit": "{noun} können {time} nach der Gutschrift eingelöst werden",
    "pending.visits": "Neue Besuche können nach {time} eingelöst werden",
    # Spending.
    "reward": "{reward} für {points}{dates}{times}{most}{stock}",
    "lowered_bills": "Eine Rechnung, die ein Code gesenkt hat, bringt nichts",
    "reward.once": ", einmal pro Person",
    "reward.most": ", höchstens {number} pro Person",
    "reward.stocked": ", solange der Vorrat reicht",
    "money": "{points} = {amount}{share}{minimum}",
    "money.itself": "Mit Gesammeltem können Sie bezahlen{share}{minimum}",
    "money.itself.all": "",
    "money.itself.share": ", bis zu {percent} einer Rechnung",
    "money.share": ", bis zu {percent} einer Rechnung",
    "money.all": " beim Bezahlen",
    "money.minimum": ", ab {points}",
    "discount": "{percent} Rabatt auf jede Rechnung",
    # Expiry.
    "expiry.months": "{noun} verfallen nach {months}, zum Monatsende",
    "expiry.months.money": "Gesammeltes verfällt nach {months}, zum Monatsende",
    "expiry.dates.money": "Gesammeltes verfällt jedes Jahr nach dem {days}",
    "expiry.inactivity.money": "Gesammeltes verfällt nach {months} ohne Einkauf",
    "expiry.dates": "{noun} verfallen jedes Jahr nach dem {days}",
    "expiry.inactivity": "{noun} verfallen nach {months} ohne Einkauf",
    "noun.in_pot": "{noun} ({pot})",
    # Levels.
    "tiers.lifetime": "Ihre Stufe richtet sich nach allem bisher: {levels}",
    "tiers.calendar_year": "Ihre Stufe richtet sich nach diesem Kalenderjahr: {levels}",
    "tiers.rolling": "Ihre Stufe richtet sich nach {months}: {levels}",
    "tiers.last_month": "dem letzten Monat",
    "level": "{name}{threshold}{benefits}",
    "level.threshold": " ab {thresholds}",
    "level.benefits": " ({benefits})",
    "level.discount": "{percent} Rabatt",
    "down.never": "Eine erreichte Stufe behalten Sie",
    "down": "Sie fallen {where}{conditions}{warning}",
    "down.step": "um eine Stufe",
    "down.fit": "auf die passende Stufe",
    "down.window": ", sobald Sie sie nicht mehr erreichen",
    "down.grace": " nach {months}, wenn Sie sie nicht mehr erreichen",
    "down.quiet": " nach {months} ohne Besuch",
    "down.or.step": "{first}, oder{second}",
    "down.or.fit": "{first}, oder um eine Stufe{second}",
    "down.warning": "; Ihre Karte sagt es mit {days} Vorlauf",
    # Gifts.
    "welcome": "{points} als Willkommensgeschenk",
    "birthday": "{points} zum Geburtstag",
    "referral": (
        "Bringen Sie jemanden mit: {referrer} für Sie und {friend} für den neuen Gast nach dem "
        "ersten Einkauf{minimum}"
    ),
    "referral.brought": (
        "Wenn jemand Sie mitgebracht hat: {friend} für Sie und {referrer} für diese Person nach "
        "Ihrem ersten Einkauf{minimum}"
    ),
    "referral.invited": (
        "{friend} für Sie und {referrer} für mich nach Ihrem ersten Einkauf{minimum}"
    ),
    "referral.minimum": " ab {amount}",
    # Staff.
    "staff.remainder": "Was keinen ganzen ergibt, zählt beim nächsten Einkauf mit",
    "staff.nothing": "Gutscheine und was mit der Karte bezahlt wird, bringen nichts",
    "staff.tips": "Trinkgeld bringt nichts",
    "staff.lifetime_counts": "Mitgebrachte zählen immer, egal seit wann",
    "staff.zone": "Tage und Stunden sind die von {zone}",
    "staff.reminder.money": "Die Karte warnt mit {days} Vorlauf, bevor Geld darauf verfällt",
    "staff.reminder": "Die Karte warnt mit {days} Vorlauf, bevor {noun} verfallen",
    "staff.return": (
        "Eine Rückgabe nimmt zurück, was der Einkauf brachte, und gibt zurück, was ihn bezahlte"
    ),
    "staff.debt.owe": "Was schon eingelöst ist, wird geschuldet; die nächsten Einkäufe zahlen es",
    "staff.debt.forgive": "Was schon eingelöst ist, wird erlassen",
    "staff.returned": "Zurückgegebenes verfällt frühestens nach {days}",
    "receipt.earned": "Gutgeschrieben: {points}",
    "receipt.taken": "Abgezogen: {points}",
    "receipt.returned": "Zurückgegeben: {points}",
    "receipt.line": "{label}: {text}",
    "receipt.reward": "Bereit",
    "staff.hold": "Eine Reservierung endet nach {time}; dann ist alles wieder frei",
    "staff.undo": "Versehentlich Eingelöstes kann innerhalb von {time} zurückgegeben werden",
    "staff.limits": (
        "Verschenken dürfen Sie bis zu {at_once} auf einmal, {shift} pro Tag und {month} pro Monat"
    ),
    # A decision read aloud.
    "trace.line": "{price}{category}",
    "trace.times": "{quantity} × {price}",
    "trace.of": " {category}",
    "trace.goods": "{quantity} × {category}",
    "trace.counted": "{lines}, davon zählen {amount}",
    "trace.gives": "{what} → {points}",
    "trace.visit": "Besuch",
    "trace.discount": "{percent} Rabatt auf {amount}: {discount}",
    "trace.discount.level": "Stufe {level}: {percent} Rabatt auf {amount}: {discount}",
    "trace.discount.none": "kein Rabatt",
    "trace.pays": "{points} bezahlen {amount}{share}",
    "trace.pays.none": "von dieser Rechnung kann die Karte jetzt nichts bezahlen",
    "trace.minimum": "{amount} liegt unter dem Mindestbetrag von {minimum}",
    "trace.minimum.none": "hier zählt nichts",
    "trace.tier": "Stufe {level} ×{factor}: {points}",
    "trace.promotion.2": "{name} verdoppelt: {points}",
    "trace.promotion.3": "{name} verdreifacht: {points}",
    "trace.promotion.times": "{name} ×{factor}: {points}",
    "trace.promotion.bonus": "{name} gibt {bonus} dazu: {points}",
    "trace.personal": "Ihre eigene Aktion",
    "trace.cap": "die Grenze von {cap} {period} lässt {points}",
    "trace.caps": "Grenzen lassen {points}",
    "trace.order_cap": "mehr als {cap} für einen Einkauf gibt es nicht: {points}",
    "trace.limit": "gezählt wird höchstens {limits}: nichts",
    "trace.coupon": "ein Code hat diese Rechnung gesenkt: nichts",
    "trace.cool_down": "innerhalb von {time} nach dem letzten Einkauf: nichts",
    "trace.points_paid": "{amount}, mit der Karte bezahlt, bringen nichts",
    "trace.carried": "mit dem Rest vom letzten Mal: {points}",
    "trace.nothing": "es wird nichts gutgeschrieben",
    "daily.day": "pro Tag",
    "daily.week": "pro Woche",
    "daily.month": "pro Monat",
    "daily.year": "pro Jahr",
    "declined.insufficient_balance": "{price} nötig, {balance} vorhanden",
    "declined.below_minimum": "{price} ist zu wenig: mindestens {minimum} auf einmal",
    "declined.above_share": "{price} ist zu viel: die Karte bezahlt höchstens {share} der Rechnung",
    "declined.points_are_no_money": "mit der Karte kann hier nicht bezahlt werden",
    "declined.reward_not_now": "diese Prämie gibt es jetzt nicht",
    "declined.reward_all_had": "dieses Mitglied hatte die Prämie so oft, wie man darf",
    "declined.out_of_stock": "diese Prämie ist vergriffen",
    "declined.coupon_not_found": "diesen Code gibt es hier nicht",
    "declined.coupon_at_till": "dieser Code wird an der Kasse eingelöst",
    "declined.coupon_stopped": "dieser Code gilt nicht mehr",
    "declined.coupon_over": "dieser Code ist abgelaufen",
    "declined.coupon_not_now": "dieser Code gilt jetzt nicht",
    "declined.coupon_used": "dieser Code wurde schon eingelöst",
    "declined.coupon_had": "dieses Mitglied hat den Code so oft eingelöst, wie man darf",
    "declined.coupon_all_used": "dieser Code wurde so oft eingelöst, wie es geht",
    "declined.coupon_needs_bill": "dieser Code senkt eine Rechnung: buchen Sie sie zuerst",
    "declined.coupon_minimum": "dieser Code gilt ab {least}",
    "declined.another_coupon": "ein anderer Code hat diese Rechnung schon gesenkt",
    "declined.limit": "für jetzt ist genug eingelöst: höchstens {limits}",
    "declined.another_hold_open": "auf dieser Karte ist eine andere Reservierung offen",
    "declined.card_not_found": "keine Karte dieses Programms hat diesen Code",
    "declined.account_full": "auf diesem Konto liegt so viel, wie sich zählen lässt",
    "declined.too_many_on_order": "dieser Auftrag wurde zu oft mit Karten bezahlt",
    "declined.hold_not_open": "diese Reservierung ist nicht mehr offen",
    "declined.more_than_held": "{price} verlangt, {balance} reserviert",
    "declined.membership_ended": "diese Mitgliedschaft ist beendet",
    "declined.membership_paused": "diese Karte ruht; das Personal kann sie wieder öffnen",
    "declined.value_left": "auf der Karte ist noch etwas, das verloren ginge",
    "declined": "abgelehnt: {reason}",
    # A place, and what an owner has changed.
    "place.hours": "Geöffnet {hours}",
    "place.days": "{first} bis {last}",
    "place.named": " ({name})",
    "place.closed": "Geschlossen: {days}{name}",
    "place.open": "{days}{name} geöffnet {hours}",
    "changed.earning": "Sammeln",
    "changed.rewards": "Prämien",
    "changed.money": "Bezahlen mit der Karte",
    "changed.expiries": "Wie lange Wert gilt",
    "changed.discount": "Rabatt",
    "changed.levels": "Stufen",
    "changed.promotions": "Aktionen",
    "changed.gifts": "Geschenke",
    "changed.basis": "Was zählt",
    "changed.pending": "Wann Neues eingelöst werden kann",
    "changed.limits": "Grenzen",
    "changed.staff": "Für das Personal",
    "changed.now": "{what}: bisher „{before}“, ab jetzt „{after}“",
    "changed.new": "{what}: neu ist „{after}“",
    "changed.gone": "{what}: „{before}“ entfällt",
    "changed.value": "{what}: aus {before} wird {after}",
    "changed.set": "{what}: neu ist {after}",
    "changed.unset": "{what}: {before} entfällt",
    "changed.at": "{label} ({path})",
    "changed.yes": "ja",
    "changed.no": "nein",
    "changed.field.name": "Name",
    "changed.field.organization": "Geschäft",
    "changed.field.currency": "Währung",
    "changed.field.zone": "Zeitzone",
    "changed.field.region": "Land der Telefonnummern",
    "changed.field.languages": "Sprachen",
    "changed.field.design": "Gestaltung der Karte",
    "changed.field.contact": "Kontakt zum Geschäft",
    "changed.field.locations": "Standorte",
    "changed.field.identity": "Woran Mitglieder erkannt werden",
    "changed.field.leaving": "Was beim Austritt mit Wert geschieht",
    "changed.field.latitude": "Breite",
    "changed.field.longitude": "Länge",
    "changed.field.address": "Adresse",
    "changed.field.hours": "Öffnungszeiten",
    "changed.field.holidays": "Feiertage",
    "changed.field.text": "Text in der Nähe des Standorts",
    "changed.field.attributes": "Was von Mitgliedern festgehalten wird",
    "changed.field.order": "Reihenfolge",
    "changed.field.reminder_days": "Erinnerung vor dem Verfall, in Tagen",
    "changed.field.unit": "Was gezählt wird",
    "changed.field.kind": "Art",
    "changed.field.free_items": "Kostenlose Artikel zählen",
    "changed.field.version": "Fassung des Einwilligungstexts",
    "changed.field.program": "Text zum Beitritt",
    "changed.field.marketing": "Text zu Angeboten",
    "changed.field.stacking": "Wenn mehrere Aktionen gelten",
    "changed.field.hold_minutes": "Dauer einer Reservierung, in Minuten",
    "changed.field.undo_minutes": "Frist zum Rückgängigmachen, in Minuten",
    "changed.field.returned_value_days": "Frist für Zurückgegebenes, in Tagen",
    "changed.field.debt": "Eingelöstes bei einer Rückgabe",
    # What an owner is warned of.
    "warn.sentences": (
        "Um dieses Programm zu verstehen, bräuchten Kunden {count}; mehr als {most} liest niemand: "
        "streichen Sie Regeln, oder fassen Sie sie zusammen"
    ),
    "warn.order_cap": (
        "{path}: ein großer Einkauf bringt gar nichts; eine Grenze pro Tag kürzt stattdessen"
    ),
    "warn.stacking": (
        "stacking = 'first': Kunden sehen nicht, welche Aktion zählt; 'best' versteht sich von "
        "selbst"
    ),
    "warn.expiries": "{paths}: Wert verfällt auf verschiedene Weisen; Kunden merken sich eine",
    "warn.names": "{paths}: mehrere Konten der Art {kind}, und nicht jedes hat einen Namen",
    "warn.currency": "currency: {code} ist kein Geld, mit dem jemand bezahlt; ein Tippfehler?",
    "warn.above_cap": "{path}: kostet mehr, als {cap} in einem Jahr zulässt",
    "warn.double": "{path}: sagt dasselbe wie {first}; sollte eines geändert werden?",
    "warn.goods": "{path}: keine Regel nennt {name!r}; war {meant!r} gemeint?",
    "warn.named_twice": "name und organization: eine Karte sagt zweimal hintereinander {name!r}",
    "warn.caption": "{path}: {name!r} heißt auf Karten etwas anderes; wählen Sie ein anderes Wort",
    "warn.unit": "{path}: es heißt {name!r}, gezählt wird in {noun}; nennen Sie die unit",
    "warn.useless": "{path}: für {pot!r} gibt es nichts zu kaufen",
    "warn.unfed": "{path}: nichts füllt {pot!r}",
    "warn.many_rules": "{paths}: {count} Regeln füllen {pot!r}; an der Kasse rechnet das niemand",
    "warn.basis": "basis: {parts} zugleich lässt sich auf einem Bon kaum prüfen",
    "warn.metrics": "tiers.levels: {count} Wege nach oben; Kunden folgen einem oder zweien",
    "warn.notice": "tiers: Stufen fallen ohne Ankündigung; mit grace_months = 1 warnt die Karte",
    "warn.empty": "{path}: diese Stufe gibt nichts, was die darunter nicht gibt",
    "warn.generous": "{path}: es kommen {percent} dessen zurück, wofür es zählte; so gemeint?",
    "warn.limits": "cool_down_minutes und {path}: zwei Grenzen für eines; behalten Sie eine",
    "warn.lines": "{paths}: bringt nichts, wo die Kasse keine Zeilen meldet, wie Square",
    "warn.nothing": "das Programm gibt nichts: kein Sammeln, kein Rabatt, keine Stufen, Geschenke",
    # Figures: what each of them means.
    "figure.active": "Mitglieder, die in den Tagen davor mindestens einmal kamen.",
    "figure.lapsed": "Mitglieder, die schon da waren und in diesen Tagen kein einziges Mal kamen.",
    "figure.new": "Mitglieder, die zum ersten Mal überhaupt kamen. Gezählt werden Menschen.",
    "figure.returning": (
        "Mitglieder, die kamen und für die es bis dahin nicht der einzige Besuch war. Gezählt "
        "werden Menschen."
    ),
    "figure.repeat_rate": "Anteil derer, die zweimal oder öfter kamen, an denen, die kamen.",
    "figure.second_visit": (
        "Anteil derer, die binnen so vieler Tage wiederkamen, an den Mitgliedern, deren erster "
        "Besuch mindestens so viele Tage her ist."
    ),
    "figure.cohort": (
        "Anteil derer, die in jenem späteren Monat kamen, an den Mitgliedern, die im ersten zum "
        "ersten Mal kamen. Ein Monat, der nicht vorbei ist, bleibt leer."
    ),
    "figure.frequency": "Besuche je Monat und Mitglied, das kam.",
    "figure.histogram": "Mitglieder, die so oft kamen.",
    "figure.penetration": "Anteil der Verkäufe an Mitglieder an allen.",
    "figure.penetration_money": "Anteil des Geldes von Mitgliedern an allem: netto, vor Trinkgeld.",
    "figure.average_ticket": (
        "Nettobetrag je Verkauf: nach Rückgaben, Rabatten und Punkten, vor Trinkgeld. Mitglieder "
        "waren schon vor dem Beitritt bessere Kunden: ein Vergleich, keine Wirkung."
    ),
    "figure.lifetime_value": "Nettobetrag je Mitglied, das in der Zeit kam; keine Vorhersage.",
    "figure.members": "Mitglieder, die da sind: weder ausgetreten noch mit anderer Karte vereint.",
    "figure.joined": "Mitglieder, die in der Zeit beigetreten sind.",
    "figure.put_into_apple": (
        "In Apple Wallet gelegte Karten: Telefone, die von Änderungen einer Karte hören wollen."
    ),
    "figure.taken_from_apple": (
        "Telefone, die von einer Karte nichts mehr hören: Sie wurde gelöscht, ihre "
        "Aktualisierung abgestellt, oder das Telefon gibt es nicht mehr."
    ),
    "figure.put_into_google": "Karten, die laut Google Wallet gespeichert wurden.",
    "figure.taken_from_google": "Karten, die laut Google Wallet entfernt wurden.",
    "figure.visits": (
        "Besuche von Mitgliedern: ein oder mehrere Verkäufe an ein Mitglied an einem Ort und Tag."
    ),
    "figure.sales": "Bezahlte, nicht ganz erstattete Bestellungen, von Mitgliedern und anderen.",
    "figure.net": "Was sie brachten: nach Erstattungen, Rabatten und Punkten, vor Trinkgeld.",
    "figure.average_ticket_others": "Dasselbe von Verkäufen an niemanden, der Mitglied ist.",
    "figure.slipping": (
        "Mitglieder, die länger fort sind, als neun von zehn ihrer eigenen nächsten Besuche "
        "brauchen, und die noch wiederkommen können."
    ),
    "figure.gone": (
        "Mitglieder, von denen binnen dreier eigener Abstände weniger als eines von zehn "
        "wiederkommt."
    ),
    "figure.expected": "Mitglieder, die in den nächsten sieben Tagen erwartet werden: Vorhersage.",
    "figure.staff_share": "Was Personal gab und richtigstellte, in Geld, als Teil des Umsatzes.",
    "figure.nps": (
        "Fürsprecher (9, 10) weniger Kritiker (0–6) auf hundert Antworten in neunzig Tagen."
    ),
    "figure.nps.days": (
        "Fürsprecher (9, 10) weniger Kritiker (0–6) auf hundert Antworten dieser Tage."
    ),
    # What a campaign did.
    "campaign.not_over": "Es ist zu früh: Die Tage danach sind noch nicht für alle vorbei.",
    "campaign.not_measurable": (
        "Nichts lässt sich sagen: Niemand blieb zum Vergleich ohne Nachricht."
    ),
    "campaign.uneven": (
        "Beide Seiten sind nicht so groß wie gezogen: Etwas ging schief, den Zahlen ist nicht"
        " zu trauen."
    ),
    "campaign.public_holiday": "Feiertag",
    "campaign.not_proven": (
        "Nicht bewiesen: {value} Prozentpunkte mehr kamen, was alles von {low} bis {high} "
        "sein kann."
    ),
    "campaign.proven_more": (
        "Sie brachte Leute: {value} Prozentpunkte mehr kamen als ohne sie ({low} bis {high})."
    ),
    "campaign.proven_less": "Sie hielt Leute fern: {value} Prozentpunkte ({low} bis {high}).",
    # What stands below offers that go by other ways than the card.
    "offer.stop.email": (
        "Sie lesen das, weil Sie Angeboten von {program} zugestimmt haben. Abbestellen: {link}"
    ),
    "offer.stop.sms": "Stopp: {link}",
    "offer.stop.telegram": "Nichts mehr davon: /stop",
    "offer.trial": "Das ist eine Probenachricht von {program}: Sie kam auf dem richtigen Weg an.",
    "chat.bound": (
        "Die Karte von {name} bei {program} ist verbunden: Angebote kommen hierher."
        " Nichts mehr davon: /stop"
    ),
    "chat.old": (
        "Dieser Link gilt nicht mehr. Öffnen Sie Ihre Karte und verbinden Sie den Chat dort."
    ),
    "chat.stopped": (
        "Hierher kommt nichts mehr. Auf Ihrer Karte können Sie den Chat wieder verbinden."
    ),
    # Campaigns that are ready to be made (loyalty.campaigns.ready).
    "template.double-points": "Doppelt so viel, wer wegbleibt",
    "template.double-points.about": (
        "Wer länger fehlt als neun von zehn eigenen Pausen, bekommt zwei Wochen lang doppelt so "
        "viel auf Einkäufe. Es kostet Sie nur etwas, wenn jemand kommt, und niemand sonst "
        "bekommt es."
    ),
    "template.double-points.text": (
        "{name}, zwei Wochen lang bekommen Sie auf jeden Einkauf doppelt so viel."
    ),
    "template.win-back": "Zurückholen, wer wegbleibt",
    "template.win-back.about": (
        "Wer länger fehlt als neun von zehn eigenen Pausen, hört einmal von Ihnen. Das "
        "geschieht, solange man sie noch gewinnen kann, und mit einem kleinen Geschenk, wenn das "
        "Programm Prämien hat."
    ),
    "template.win-back.text": (
        "{name}, wir haben uns lange nicht gesehen. Schön, wenn Sie wiederkommen."
    ),
    "template.before-visit": "Vor dem erwarteten Besuch",
    "template.before-visit.about": (
        "Einen Tag vor der Woche, in der jemand am ehesten kommt, erinnern Sie an sich. Wer von "
        "selbst kommt, kostet nichts, und die Kontrollgruppe zeigt, was es verändert hat."
    ),
    "template.before-visit.text": "{name}, bis bald? Wir freuen uns.",
    "template.birthday": "Geburtstag",
    "template.birthday.about": (
        "Am Geburtstag wird gratuliert, mit einem Geschenk, wenn das Programm Prämien hat. Das "
        "geschieht einmal im Jahr, und wer keinen Geburtstag genannt hat, hört nichts."
    ),
    "template.birthday.text": (
        "Alles Gute zum Geburtstag, {name}! Auf Ihrer Karte ist eine Kleinigkeit von uns."
    ),
    "template.near-reward": "Kurz vor der Prämie",
    "template.near-reward.about": (
        "Wem weniger als ein Fünftel zur günstigsten Prämie fehlt, erfährt, wie wenig es ist. "
        "Jeder Weg dorthin wird einmal gesagt."
    ),
    "template.near-reward.text": "{name}, nur noch {missing}, und {reward} gehört Ihnen.",
    "template.expiring": "Bevor etwas verfällt",
    "template.expiring.about": (
        "Zwei Wochen bevor etwas verfällt, wird es gesagt, damit man kommt und es nutzt. Was "
        "ohne ein Wort verfällt, vertreibt Leute."
    ),
    "template.expiring.text": (
        "{name}, von Ihren {balance} verfällt bald etwas. Kommen Sie und nutzen Sie es."
    ),
    "template.quiet-hours": "Ruhige Stunden füllen",
    "template.quiet-hours.about": (
        "Einmal in der Woche, am Tag Ihrer Wahl, laden Sie in die ruhigen Stunden ein. Ändern "
        "Sie vor dem Start den Tag, die Stunden und was Sie bieten."
    ),
    "template.quiet-hours.text": (
        "{name}, heute ist es zwischen 14 und 17 Uhr ruhig. Kommen Sie vorbei, wir haben Zeit "
        "für Sie."
    ),
    "template.welcome": "Willkommen",
    "template.welcome.about": (
        "Einen Tag nach dem Beitritt erfahren neue Mitglieder, wie ihre Karte funktioniert. Wer "
        "die Karte versteht, kommt eher wieder."
    ),
    "template.welcome.text": (
        "Willkommen, {name}! Zeigen Sie Ihre Karte bei jedem Einkauf, sie füllt sich von selbst."
    ),
    "template.regulars": "Den Stammgästen danken",
    "template.regulars.about": (
        "Am Ersten jedes Monats wird denen gedankt, die mindestens einmal im Monat kommen und "
        "kürzlich da waren. Es kostet wenig, und von ihnen leben Sie."
    ),
    "template.regulars.text": "Danke, {name}. Schön, dass Sie so oft bei uns sind.",
    "template.after-visit": "Nach dem Besuch fragen",
    "template.after-visit.about": (
        "Nach einem Einkauf wird gefragt, ob man Sie weiterempfehlen würde. "
        "Eine schlechte Antwort erreicht Sie, solange man es noch gutmachen kann."
    ),
    "template.after-visit.text": "{name}, würden Sie uns Freunden empfehlen?",
    # What owners ask of members (loyalty.campaigns.leaves).
    "segment.everybody": "Alle Mitglieder.",
    "segment.members": "Mitglieder mit: {conditions}",
    "segment.anybody": "irgendetwas",
    "segment.not": "nicht: {condition}",
    "segment.at_least": "{what} mindestens {value}",
    "segment.at_most": "{what} höchstens {value}",
    "segment.is": "{what} {value}",
    "segment.attribute": "{of}",
    "segment.tag": "Markierung",
    "segment.level": "Stufe",
    "segment.balance": "Guthaben in {of}",
    "segment.lifetime": "je gesammelte Punkte",
    "segment.visits": "Zahl aller Einkäufe",
    "segment.spent": "je ausgegeben",
    "segment.average_ticket": "durchschnittlicher Einkauf",
    "segment.year_visits": "Besuche in 365 Tagen",
    "segment.year_spent": "ausgegeben in 365 Tagen",
    "segment.last_visit": "Tage seit dem letzten Besuch",
    "segment.joined": "Tage seit dem Beitritt",
    "segment.friends": "gebrachte Freunde",
    "segment.group": "Gruppe",
    "segment.class": "Klasse",
    "segment.favourite": "Lieblingsartikel",
    "segment.usual_hour": "übliche Stunde",
    "segment.usual_day": "üblicher Tag",
    "segment.birthday_in": "Tage bis zum Geburtstag",
    "segment.age": "Alter",
    "segment.language": "Sprache",
    "segment.source": "gekommen über",
    "segment.home": "Heimatfiliale",
    "segment.wallet": "Karte im Telefon",
    "segment.marketing": "Zustimmung zu Neuigkeiten auf der Karte",
    "segment.email_marketing": "Zustimmung zu Neuigkeiten per E-Mail",
    "segment.expires_in": "Tage bis zum Verfall in {of}",
    "segment.to_reward": "es fehlen für {of}",
    "segment.to_reward.any": "es fehlen zur nächsten Prämie",
    "segment.to_level_spend": "fehlender Umsatz zur nächsten Stufe",
    "segment.to_level_visits": "fehlende Besuche zur nächsten Stufe",
    "segment.expected_in": "Tage bis zum erwarteten Besuch",
    "segment.appointment_in": "Tage bis zum Termin",
    "segment.slipping": "drohen wegzubleiben",
    "segment.gone": "weggeblieben",
    "segment.reached": "von der Kampagne {of} erreicht",
    "segment.reached.any": "von einer Kampagne erreicht",
    "segment.last_score": "Note in der Antwort auf die Kampagne {of}",
    "segment.reached_ago": "Tage seit der Kampagne {of}",
    "segment.reached_ago.any": "Tage seit der letzten Kampagne",
    "segment.group.champions": "Spitzenkunden",
    "segment.group.loyal": "Treue",
    "segment.group.active": "Aktive",
    "segment.group.new": "Neue",
    "segment.group.promising": "Vielversprechende",
    "segment.group.needs_attention": "brauchen Aufmerksamkeit",
    "segment.group.at_risk": "gefährdet",
    "segment.group.previously_loyal": "früher Treue",
    "segment.group.almost_lost": "fast verloren",
    "segment.group.dormant": "Schlafende",
    "segment.group.prospects": "noch ohne Einkauf",
    "segment.group.regulars": "Stammgäste",
    "segment.group.occasional": "Gelegentliche",
    "segment.group.slipping_away": "drohen wegzubleiben",
    "segment.group.gone": "weggeblieben",
}

PLURALS: Mapping[str, Mapping[str, str]] = {
    "points": {"one": "{n} Punkt", "other": "{n} Punkte"},
    "stamps": {"one": "{n} Stempel", "other": "{n} Stempel"},
    "visits": {"one": "{n} Besuch", "other": "{n} Besuche"},
    # Dative: after "bei höchstens", "zu mehr als", "ab", "bis zu".
    "points.of": {"one": "{n} Punkt", "other": "{n} Punkten"},
    "stamps.of": {"one": "{n} Stempel", "other": "{n} Stempeln"},
    "visits.of": {"one": "{n} Besuch", "other": "{n} Besuchen"},
    "friends.of": {"one": "{n} Mitgebrachten", "other": "{n} Mitgebrachten"},
    "friends": {"one": "{n} Mitgebrachter", "other": "{n} Mitgebrachte"},
    "items": {"one": "{n} Artikel", "other": "{n} Artikel"},
    "purchases": {"one": "{n} Einkauf", "other": "{n} Einkäufe"},
    "sentences": {"one": "{n} Satz", "other": "{n} Sätze"},
    "times": {"one": "{n}-mal", "other": "{n}-mal"},
    "often": {"one": "einmal", "other": "{n}-mal"},
    # Dative, as is every span of time below.
    "minutes": {"one": "{n} Minute", "other": "{n} Minuten"},
    "hours": {"one": "{n} Stunde", "other": "{n} Stunden"},
    "days": {"one": "{n} Tag", "other": "{n} Tagen"},
    "months": {"one": "{n} Monat", "other": "{n} Monaten"},
    "last_months": {"one": "dem letzten {n} Monat", "other": "den letzten {n} Monaten"},
}

UNITS: Mapping[str, str] = {
    # What owners call what they count, and its forms after one and after many.
    forms.rsplit(", ", 1)[1].lower(): forms
    for forms in (
        "Besuch, Besuche",
        "Blatt, Blätter",
        "Bohne, Bohnen",
        "Bonus, Boni",
        "Edelstein, Edelsteine",
        "Herz, Herzen",
        "Kristall, Kristalle",
        "Krone, Kronen",
        "Meile, Meilen",
        "Münze, Münzen",
        "Punkt, Punkte",
        "Stempel, Stempel",
        "Stern, Sterne",
        "Sticker, Sticker",
        "Taler, Taler",
        "Tasse, Tassen",
        "Tropfen, Tropfen",
    )
}

PAGES: Mapping[str, Mapping[str, str]] = {
    # {braces} are filled in by the template that uses the sentence.
    "page": {
        "language": "Deutsch",
        "powered": "{organization} bewahrt Ihre Angaben auf.",
    },
    "join": {
        "title": "{name}: Mitglied werden",
        "heading": "{name}: Holen Sie sich Ihre Karte",
        "lead": (
            "Es dauert eine halbe Minute, und die Karte ist im Wallet Ihres Telefons. Ohne App."
        ),
        "all_lines": "Alle Regeln (noch {n})",
        "lines": "So funktioniert es",
        "first_name": "Vorname",
        "contact": "Woran erkennen wir Sie?",
        "by_phone": "Telefon",
        "by_email": "E-Mail",
        "phone": "Telefonnummer",
        "email": "E-Mail-Adresse",
        "contact_hint": (
            "Damit finden wir Ihre Karte und schicken Ihnen den Link, falls Sie ihn verlieren."
        ),
        "birthday": "Geburtstag",
        "optional": "freiwillig",
        "referrer": "Wer hat Sie mitgebracht?",
        "referrer_hint": (
            "Die acht Zeichen unter dem Code auf der Karte dieser Person, oder der Link von ihr."
        ),
        "consents": "Ihre Einwilligung",
        "submit": "Karte holen",
        "working": "Ihre Karte entsteht…",
        "fault": "Fehler",
        "faults": "Bitte sehen Sie nach, was unten markiert ist. Alles andere ist noch da.",
        "too_many": (
            "Mit diesem Kontakt gab es zu viele Versuche. Bitte versuchen Sie es in {wait} noch "
            "einmal."
        ),
        "later": "Das hat gerade nicht geklappt. Bitte versuchen Sie es gleich noch einmal.",
        "minutes_one": "einer Minute",
        "minutes_few": "{n} Minuten",
        "minutes_many": "{n} Minuten",
        "hours_one": "einer Stunde",
        "hours_few": "{n} Stunden",
        "hours_many": "{n} Stunden",
        "yes": "Ja",
        "no": "Nein",
    },
    "kit": {
        "heading": "Holen Sie sich Ihre Karte: {name}",
        "lead": (
            "Halten Sie die Kamera Ihres Telefons auf den Code. Eine halbe Minute, und ohne App."
        ),
        "slip": "Ihre Einkäufe können zählen: Code scannen, und die Karte ist im Telefon.",
        "staff": "Für das Personal: {name}",
        "staff_ask": (
            "Fragen Sie vor dem Bezahlen: „Haben Sie unsere Karte?“ Niemand muss, und es dauert "
            "eine halbe Minute: Lassen Sie den Code unten scannen."
        ),
        "staff_scan": (
            "Scannen Sie den Code auf dem Telefon. Er ist nicht lesbar? Tippen Sie die acht "
            "Zeichen darunter."
        ),
        "staff_contact": (
            "Kein Telefon dabei? Wer Nummer oder E-Mail bestätigt hat, wird darüber gefunden."
        ),
        "staff_undo": (
            "Falsche Karte, falscher Betrag? „Zurücknehmen“ auf der Kassenseite macht es zehn "
            "Minuten lang ungeschehen."
        ),
        "staff_offline": (
            "Keine Verbindung? Weitermachen: Was gezählt wird, bleibt und zählt später. Prämien "
            "und das Zahlen mit der Karte warten."
        ),
        "staff_missed": (
            "Vergessen? Auf der Seite der Karte lässt sich der Einkauf binnen 30 Tagen mit der "
            "Nummer des Bons nachtragen."
        ),
        "staff_rules": "Was die Karte gibt und was man von ihr wissen muss",
        "code": "Code der Seite, auf der es die Karte gibt",
        "fold": "Hier falten",
        "print": (
            "Drucken Sie mit 100 %, ohne Kopf- und Fußzeilen. Das Papier hat die Größe dieser "
            "Seite."
        ),
    },
    "card": {
        "more": "Mehr zu Ihrer Karte",
        "about": "Über diese Karte",
        "title": "{name}: Ihre Karte",
        "voided": "Diese Karte ist geschlossen. Sie kann nicht mehr benutzt werden.",
        "expired": "Diese Karte ist abgelaufen.",
        "prove": "Kontakt bestätigen",
        "prove_lead": (
            "Wir haben an Ihren Kontakt einen Code geschickt. Sobald Sie ihn hier eingeben, zählen "
            "Ihre Einkäufe auch, wenn Sie nur diesen Kontakt nennen."
        ),
        "prove_code": "Code aus der Nachricht",
        "prove_submit": "Bestätigen",
        "prove_again": "Noch einen Code schicken",
        "proved": "Danke, Ihr Kontakt ist bestätigt.",
        "sent": "Wir haben einen neuen Code geschickt. Der vorige gilt nicht mehr.",
        "coupon": "Haben Sie einen Code?",
        "coupon_lead": (
            "Geben Sie ihn hier einmal ein. Ein Code, der eine Rechnung senkt oder für ein "
            "Geschenk gilt, wird an der Kasse gezeigt."
        ),
        "coupon_code": "Code",
        "coupon_submit": "Code einlösen",
        "given": "Danke: Ihre Spende ist angekommen.",
        "entered": "Sie sind dabei. Viel Glück!",
        "coupon_used": "Danke, Ihr Code zählt jetzt auf Ihrer Karte.",
        "claim": "Fehlt ein Einkauf?",
        "claim_lead": (
            "Wenn Sie bezahlt haben, ohne die Karte zu zeigen: Geben Sie binnen 30 Tagen ein, was "
            "auf dem Bon steht."
        ),
        "claim_receipt": "Nummer des Bons",
        "claim_amount": "Bezahlter Betrag",
        "claim_day": "Tag",
        "claim_submit": "Einkauf zählen",
        "claimed": "Danke, der Einkauf zählt jetzt auf Ihrer Karte.",
        "claim_too_many": (
            "Es gab zu viele Versuche. Bitte versuchen Sie es in {wait} noch einmal, oder fragen "
            "Sie das Personal."
        ),
        "code": "Der Code Ihrer Karte",
        "friend": "Jemanden mitbringen",
        "friend_lead": "Schicken Sie diesen Link: Dann weiß die Karte, dass Sie es waren.",
        "friend_link": "Link zum Weitergeben",
        "out": "Zurzeit vergriffen: {names}.",
        "show": "Zeigen Sie diesen Code beim Bezahlen",
        "add": "Griffbereit behalten",
        "add_lead": "Im Wallet ändert sich die Karte nach jedem Besuch von selbst.",
        "apple": "Zu Apple Wallet hinzufügen",
        "google": "Zu Google Wallet hinzufügen",
        "in_app": (
            "Wenn nichts geschieht, öffnen Sie diese Seite in Safari oder Chrome: Tippen Sie auf "
            "das Menü und wählen Sie „Im Browser öffnen“."
        ),
        "other_device": "Auf Ihrem Telefon",
        "scan": (
            "Scannen Sie dies mit der Kamera Ihres Telefons, um die Seite dort zu öffnen und die "
            "Karte ins Wallet zu legen."
        ),
        "page_code": "Link zu dieser Seite",
        "bookmark": (
            "Auch diese Seite ist Ihre Karte. Behalten Sie den Link für sich: Wer ihn hat, sieht "
            "Ihre Karte."
        ),
        "lines": "So funktioniert es",
        "contact": "Kontakt",
        "data": "Was über Sie gespeichert ist",
        "data_lead": (
            "Eine Datei mit allem: wer Sie sind, was auf Ihrer Karte ist und warum, Ihre Einkäufe. "
            "Zeigen Sie diese Seite niemandem sonst."
        ),
        "data_submit": "Datei speichern",
        "asked": "Über Sie",
        "asked_submit": "Speichern",
        "answered": "Danke, es ist gespeichert.",
    },
    "sign_in": {
        "console": "Zur Konsole",
        "title": "Anmelden",
        "heading": "Bei Ihrem Programm anmelden",
        "lead": (
            "Diese Adresse lässt Sie einmal hinein. Drücken Sie den Knopf in dem Browser, mit dem "
            "Sie arbeiten wollen."
        ),
        "submit": "Anmelden",
        "inside_heading": "Sie sind angemeldet, {name}.",
        "inside_lead": (
            "Dieser Browser bleibt zwölf Stunden nach der letzten Benutzung angemeldet, höchstens "
            "dreißig Tage."
        ),
        "refused_heading": "Dieser Link lässt niemanden mehr hinein",
        "refused_lead": (
            "Er wurde benutzt, oder er ist älter als 15 Minuten. Bitten Sie den, der ihn Ihnen "
            "gab, um einen neuen."
        ),
    },
    "front": {
        "title": "Kundenkarten",
        "heading": "Wählen Sie eine Karte",
        "lead": "Jede ist in einer halben Minute im Wallet Ihres Telefons.",
        "none": "Hier ist noch nichts",
        "none_lead": "Die Adresse steht bereit, das erste Geschäft wird gerade eingerichtet.",
        "card": "Sie haben schon eine Karte? Öffnen Sie sie im Wallet oder über ihren Link.",
    },
    "history": {
        "title": "Was geschehen ist",
        "back": "Zurück zur Karte",
        "why": "Warum?",
        "why_of": "Warum? {what}, {day}",
        "why_not": "Das lässt sich nicht mehr sagen: Regeln oder Einkauf sind seither anders.",
        "nothing": "Noch nichts. Es beginnt mit Ihrem ersten Einkauf.",
        "older": "Früheres zeigen",
        "missing": "Fehlt etwas oder stimmt etwas nicht? Das Personal sieht dieselbe Liste.",
    },
    "happened": {
        "earn": "Einkauf",
        "reverse": "Erstattung",
        "redeem": "Eingelöst",
        "give": "Für einen guten Zweck gegeben",
        "enter": "An einer Verlosung teilgenommen",
        "hold": "Reserviert",
        "capture": "Von der Karte bezahlt",
        "release": "Nicht mehr reserviert",
        "return": "Zurückgegeben",
        "adjust": "Vom Geschäft berichtigt",
        "gift": "Geschenk",
        "welcome": "Willkommensgeschenk",
        "birthday": "Geburtstagsgeschenk",
        "referral": "Für eine Empfehlung",
        "coupon": "Code eingelöst",
        "transfer": "Übertragen",
        "merge": "Zwei Karten wurden eine",
        "import": "Von der früheren Karte übernommen",
        "promotion": "Aktion",
        "activate": "Jetzt verwendbar",
        "expire": "Verfallen",
        "tier": "Stufe",
        "settle": "Auf den Stand gebracht",
        "other": "Geändert",
    },
    "ask": {
        "title": "Eine Frage von {name}",
        "nps": "Wie wahrscheinlich ist es, dass Sie uns empfehlen?",
        "scale": "0: gar nicht, 10: ganz sicher.",
        "stars": "Wie viele Sterne?",
        "poll": "Ihre Wahl",
        "text": "Ihre Antwort",
        "comment": "Möchten Sie etwas ergänzen?",
        "submit": "Absenden",
        "seen": "{organization} sieht, wer geantwortet hat.",
        "thanks": "Danke! Einen Tag lang können Sie Ihre Antwort ändern.",
        "over": "Diese Frage kann nicht mehr beantwortet werden.",
        "final": "Danke für Ihre Antwort. Sie lässt sich nicht mehr ändern.",
        "missing": "Wählen Sie eine der Antworten.",
        "missing_words": "Schreiben Sie Ihre Antwort.",
        "reply": "{organization} antwortet",
        "asked": "Eine Frage an Sie",
        "go": "Antworten",
    },
    "invited": {
        "title": "Eine Einladung von {name}",
        "when": "Wann",
        "where": "Wo",
        "until": "Bitte antworten bis",
        "asked": "Sie sind eingeladen",
        "coming": "Sie kommen",
        "waiting": "Sie stehen auf der Warteliste",
        "waiting_lead": "Wird ein Platz frei, sagt es Ihre Karte.",
        "off": "Abgesagt: es findet nicht statt",
        "no": "Sie kommen nicht",
        "yes_button": "Ich komme",
        "wait_button": "Auf die Warteliste",
        "no_button": "Ich komme nicht",
        "full": "Alle Plätze sind vergeben.",
        "full_wait": "Alle Plätze sind vergeben. Sie können auf einen warten.",
        "too_late": "Für eine Antwort ist es zu spät.",
        "go": "Antworten",
        "change": "Antwort ändern",
        "seen": "{organization} sieht Ihre Antwort.",
    },
    "together": {
        "full": (
            "Alle Gruppen, die dafür sammeln können, haben begonnen. Wenn Sie eingeladen "
            "werden, können Sie noch mitmachen, bis {until}."
        ),
        "title": "Gemeinsam sparen",
        "way": "{percent} % des Weges sind gemeinsam geschafft, bis {until}.",
        "done": "Gemeinsam geschafft!",
        "until": "Bis {until}.",
        "who": "Mit Ihnen sparen:",
        "alone": "Noch sind Sie allein: Schicken Sie jemandem die Einladung.",
        "link": "Einladung zum Verschicken",
        "link_hint": "Wer sie hat, kann mitmachen, solange Platz ist.",
        "leave": "Gruppe verlassen",
        "leave_hint": "Was Sie beigetragen haben, bleibt bei den anderen.",
        "begin": "Gruppe gründen",
        "shows": "Die anderen dürfen meinen Vornamen lesen",
        "invited": "Von jemandem eingeladen?",
        "paste": "Fügen Sie die Einladung hier ein",
        "join": "Mitmachen",
        "accept": "So machen Sie mit",
        "accept_how": (
            "Kopieren Sie diese Adresse, öffnen Sie die Seite Ihrer Karte und fügen Sie sie "
            "dort unter „Gruppen und Einladungen“ ein."
        ),
        "no_card": "Noch keine Karte? Hier gibt es eine.",
        "over": "Bei dieser Gruppe kann niemand mehr mitmachen.",
        "go": "Gruppen und Einladungen",
    },
    "cause": {
        "give": "Spenden: {cause}",
        "points": "Wie viel",
        "least": "Mindestens {least}. Was Sie geben, kommt nicht zurück.",
        "submit": "Spenden",
        "look": "Was zusammengekommen ist",
        "together": "Bisher zusammen",
        "target": "Auf dem Weg zu {target}",
        "closed": "Es wird nichts mehr gesammelt.",
        "link": "Mehr darüber",
        "how": (
            "Mitglieder geben von dem, was auf ihrer Karte ist; "
            "jede Gabe ist hier gleich mitgezählt."
        ),
    },
    "draw": {
        "mine": "Sie haben {entries} Lose, unter dem Namen",
        "each": "{price} für ein Los, bis {until}. Der Einsatz kommt nicht zurück.",
        "how_many": "Wie viele Lose",
        "named": "Verlosung: {name}",
        "prizes": "Zu gewinnen",
        "submit": "Mitmachen",
        "look": "Regeln, Liste und Ergebnis",
        "won": "Gewonnen",
        "rules": "{price} für ein Los, höchstens {most} Lose je Mitglied, bis {until}.",
        "bought": "Für je {price} kommt von selbst ein Los dazu, bis {until}.",
        "rules_bought": (
            "Ein Los für je {price}, von selbst, höchstens {most} Lose je Mitglied, bis {until}."
        ),
        "proof": "Wie das jeder nachprüfen kann",
        "lead": (
            "Zuerst wird die Liste geschlossen, und ihr Fingerabdruck steht hier, damit sie "
            "niemand mehr ändern kann. Dazu wird eine Runde einer öffentlichen Zufallsquelle "
            "genannt, die es noch nicht gibt. Diese Runde entscheidet, sonst nichts."
        ),
        "chain": "Zufallsquelle: drand, Kette",
        "entries": "Lose",
        "hash": "Fingerabdruck der Liste (SHA-256)",
        "round": "Runde, die entscheidet",
        "randomness": "Was sie gebracht hat",
        "later": "Steht hier, sobald es bekannt ist",
        "list": "Die Liste, wie sie geschlossen wurde",
        "source": "Diese Runde bei drand",
    },
    "friends": {
        "title": "Jemanden mitbringen",
        "scan": "Diesen Code scannen lassen",
        "code": "Oder diese Zeichen beim Beitritt eintippen.",
        "send": "Einladung schicken",
        "text": "Text zum Schicken",
        "mail": "Per E-Mail schicken",
        "sms": "Als SMS schicken",
        "more": "Code zum Scannen, Text zum Schicken, wie viele kamen",
        "came": "Bisher gekommen: {friends}.",
        "invitation": "Kommen Sie mit zu {program}. {gets} {link}",
    },
    "surprise": {
        "title": "Überraschungen von {name}",
        "odds": "Was gezogen werden kann",
        "promise": "Vorher festgelegt",
        "promise_lead": (
            "Die Festlegung stand hier, bevor jemand gezogen hat. Am Ende wird der "
            "Ausgangswert gezeigt, und alle können jede Ziehung "
            "wiederholen."
        ),
        "rules": "Regeln",
        "commitment": "Festlegung (SHA-256)",
        "seed": "Ausgangswert",
        "later": "Wird am Ende gezeigt",
        "list": "Alle Lose und was sie gezogen haben",
    },
    "choices": {
        "title": "Einstellungen und Ihre Daten",
        "language": "Sprache Ihrer Karte",
        "language_hint": "Karten im Wallet folgen mit der nächsten Änderung.",
        "agreed": "Womit Sie einverstanden sind",
        "leave": "Endgültig austreten",
        "leave_lead": (
            "Ihre Karte wird geschlossen, und alles, was sagt, wer Sie sind, wird sofort gelöscht. "
            "Das lässt sich nicht rückgängig machen."
        ),
        "sure": "Ich weiß, dass verloren ist, was auf der Karte noch steht.",
        "leave_submit": "Karte und Daten löschen",
        "left": "Sie sind ausgetreten",
        "left_lead": "Ihre Karte „{name}“ ist geschlossen, über Sie ist nichts mehr gespeichert.",
        "again": "Neue Karte holen",
        "chat": "Telegram",
        "chat_lead": (
            "Angebote und Neues kommen in einen Chat mit uns. Mit dem Verbinden stimmen Sie zu."
        ),
        "chat_submit": "Telegram verbinden",
        "chat_bound": "Ein Chat ist verbunden. Mit /stop endet es dort.",
    },
    "stop": {
        "title": "Keine Angebote mehr",
        "lead": "{name}: „{what}“.",
        "submit": "Abbestellen",
        "done": "Erledigt. Auf diesem Weg kommt nichts mehr.",
        "again": "Auf Ihrer Karte können Sie wieder zustimmen.",
    },
    "topics": {
        "marketing_email": "Angebote und Neues per E-Mail",
        "marketing_sms": "Angebote und Neues per SMS",
        "marketing_phone": "Angebote und Neues am Telefon",
        "marketing_messenger": "Angebote und Neues per Messenger",
        "profiling_card": "Angebote auf der Karte, die zu meinen Einkäufen passen",
        "profiling_email": "Angebote per E-Mail, die zu meinen Einkäufen passen",
        "profiling_sms": "Angebote per SMS, die zu meinen Einkäufen passen",
        "profiling_phone": "Angebote am Telefon, die zu meinen Einkäufen passen",
        "profiling_messenger": "Angebote per Messenger, die zu meinen Einkäufen passen",
    },
    "not_found": {
        "title": "Seite nicht gefunden",
        "heading": "Hier ist nichts",
        "lead": "Vielleicht ist der Link vertippt, oder ein neuerer hat ihn ersetzt.",
        "hint": (
            "Wenn es der Link Ihrer Karte war, fragen Sie das Personal: Es kann Ihnen einen neuen "
            "geben."
        ),
    },
    "error": {
        "title": "Etwas ging schief",
        "broken_heading": "Das hat nicht geklappt",
        "broken_lead": (
            "Der Fehler liegt bei uns, nicht bei Ihnen. Ihre Karte und alles darauf ist sicher. "
            "Bitte sagen Sie es dem Personal."
        ),
        "later_heading": "Das hat gerade nicht geklappt",
        "later_lead": (
            "Ihre Karte und alles darauf ist sicher. Bitte versuchen Sie es in einer Minute noch "
            "einmal."
        ),
        "gone_heading": "Diese Karte ist geschlossen",
        "gone_lead": (
            "Sie kann nicht mehr benutzt oder in ein Wallet gelegt werden. Das Personal kann Ihnen "
            "eine neue geben."
        ),
        "too_many_heading": "Das war zu oft",
        "too_many_lead": "Es gab zu viele Versuche. Bitte warten Sie vor dem nächsten ein wenig.",
        "refused_heading": "Dieses Formular wurde nicht angenommen",
        "refused_lead": (
            "Es kam von einer anderen Seite oder in einer Form, die wir nicht kennen. Bitte öffnen "
            "Sie die Beitrittsseite und füllen Sie das Formular dort aus."
        ),
    },
    # What is wrong with a field, by code; also the detail in answers to programs.
    "faults": {
        "required": "Das fehlt.",
        "unknown_field": "Dieses Feld gibt es nicht.",
        "wrong_type": "Das ist von der falschen Art.",
        "invalid_value": "Dieser Wert ist hier nicht möglich.",
        "name_missing": "Bitte geben Sie Ihren Vornamen an.",
        "name_too_long": "Bitte höchstens 60 Zeichen.",
        "contact_missing": "Bitte geben Sie Ihre Telefonnummer oder E-Mail-Adresse an.",
        "contact_twice": "Bitte eine Telefonnummer oder eine E-Mail-Adresse, nicht beides.",
        "phone_missing": "Bitte geben Sie Ihre Telefonnummer an.",
        "email_missing": "Bitte geben Sie Ihre E-Mail-Adresse an.",
        "unknown_location": (
            "Diesen Standort gibt es nicht. Seine id steht im Dokument des Programms."
        ),
        "invalid_phone": (
            "Das sieht nicht nach einer Telefonnummer aus. Mit der Vorwahl des Landes geht es "
            "immer."
        ),
        "invalid_email": "Das sieht nicht nach einer E-Mail-Adresse aus.",
        "invalid_birthday": (
            "Bitte geben Sie ein echtes Datum an, das Jahr zuerst, etwa 1990-05-28."
        ),
        "birthday_in_future": "Ein Geburtstag kann nicht in der Zukunft liegen.",
        "birthday_too_early": "Bitte geben Sie ein Jahr ab 1900 an.",
        "invalid_referrer": (
            "Das ist nicht der Code einer Karte. Bitte sehen Sie nach, oder lassen Sie es leer."
        ),
        "consent_required": "Ohne das können wir keine Karte für Sie führen.",
        "consent_changed": (
            "Dieser Text hat sich geändert, seit Sie die Seite geöffnet haben. Bitte lesen Sie ihn "
            "noch einmal."
        ),
        "give_missing": "Sagen Sie, wie viel.",
        "give_least": "Geben Sie mehr, mindestens so viele wie verlangt.",
        "give_balance": "So viel haben Sie nicht.",
        "give_closed": "Dafür kann nichts mehr gespendet werden.",
        "draw_missing": "Sagen Sie, wie viele Lose.",
        "draw_most": "So viele Lose darf ein Mitglied nicht haben.",
        "draw_closed": "Niemand kann mehr mitmachen.",
        "group_missing": "Fügen Sie die ganze Adresse ein, die Sie bekommen haben.",
        "group_none": "Diese Gruppe gibt es nicht mehr. Bitte sehen Sie noch einmal nach.",
        "group_full": "Diese Gruppe hat so viele Mitglieder, wie sie haben kann.",
        "group_done": "Diese Gruppe hat ihr Ziel schon erreicht.",
        "group_other": "Sie sind dafür in einer anderen Gruppe: Verlassen Sie diese zuerst.",
        "group_others": "Das ist für andere.",
        "group_places": (
            "Alle Gruppen, die dafür sammeln können, haben begonnen. Sie können bei einer "
            "mitmachen, zu der Sie eingeladen sind."
        ),
        "group_closed": "Dort kann niemand mehr mitmachen oder anfangen.",
        "coupon_missing": "Bitte geben Sie einen Code ein.",
        "coupon_none": "Diesen Code gibt es hier nicht. Bitte sehen Sie nach.",
        "coupon_over": "Dieser Code gilt nicht mehr.",
        "coupon_not_now": "Dieser Code gilt jetzt nicht.",
        "coupon_used": "Dieser Code wurde so oft eingelöst, wie es geht.",
        "coupon_at_till": (
            "Dieser Code gilt an der Kasse: Zeigen Sie ihn dort zusammen mit Ihrer Karte."
        ),
        "coupon_refused": (
            "Dieser Code lässt sich mit dieser Karte jetzt nicht einlösen. Bitte fragen Sie das "
            "Personal."
        ),
        "receipt_missing": (
            "Bitte geben Sie Nummer, Betrag und Tag so ein, wie sie auf dem Bon stehen."
        ),
        "receipt_not_found": (
            "Kein Bon mit dieser Nummer, diesem Betrag und Tag wartet auf seinen Kunden. Bitte "
            "sehen Sie nach, oder fragen Sie das Personal."
        ),
        "leave_sure": "Bitte bestätigen Sie, dass Sie wissen, was verloren geht.",
        "code_missing": "Bitte geben Sie den Code aus der Nachricht ein.",
        "code_wrong": (
            "Das ist nicht der Code, den wir für diese Karte geschickt haben. Bitte sehen Sie nach."
        ),
        "code_used_up": "Das war ein Versuch zu viel. Lassen Sie sich einen neuen Code schicken.",
        "code_expired": "Dieser Code gilt nicht mehr. Lassen Sie sich einen neuen schicken.",
    },
}

DESIGNS: Mapping[str, str] = {
    # What designs say beside the card fields, by key; a design may word any of it otherwise.
    "news": "Neuigkeiten",
    "message_changed": "%@",
    "no_news": "Nichts Neues",
    "about": "Über das Programm",
    "join": "Regeln und Beitritt",
    "member_name": "Mitglied",
    "card_number": "Kartennummer",
    "climb": "Ihr Weg",
    "silver": "Silber",
    "gold": "Gold",
}
