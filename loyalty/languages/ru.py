"""What cards, pages and cash desks say in Russian."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

UNIT_FORMS = ("one", "few", "many")
BARE_UNIT = True
UNIT_EXAMPLE = "бонус, бонуса, бонусов"


def governed(forms: Mapping[str, str], form: str) -> str:
    """Return a noun after "не больше": as after few for one, as after many for all others."""
    return forms["few" if form == "one" else "many"]


PHRASES: Mapping[str, str] = {
    # Cards.
    "label.tier": "Уровень",
    "label.worth": "К оплате",
    "label.way": "Уровень: {level}",
    "label.keep": "Сохранить уровень",
    "label.since": "Вступление",
    "label.expiry": "Успейте потратить",
    "label.warning": "Ваш уровень",
    "label.discount": "Скидка",
    "label.progress": "До награды",
    "label.reward": "Уже ваше",
    "link.answer": "Ответить здесь",
    "label.message": "Новости",
    "label.promotion": "Для вас",
    "label.appointment": "Вы записаны",
    "label.member": "Участник",
    "change.balance": "{noun}: %@",
    "change.tier": "Ваш уровень теперь %@",
    "change.appointment": "Вы записаны: %@",
    "change.discount": "Теперь ваша скидка %@",
    "expiring": "{points} — до {day}",
    "falling": "Понизится после {day}, если не прийти",
    "falling.needs": "Понизится после {day}; ещё {missing}, и останется",
    "climb": "{number} из {count}",
    "way": "до {target}: {missing}",
    "way.level": "ещё {missing} — и «{level}»",
    "way.top": "Высший уровень",
    "keep": "{missing} до {day}",
    "keep.ever": "Остаётся за вами навсегда",
    "progress": "{reward}: ещё {points}",
    "near": "Вы рядом: {location}",
    "cause.gifts": "Подарков: {n}",
    "draw.won": "Вы выиграли: {prize}. Покажите это на кассе.",
    "draw.went": (
        "Победители определены. Кто выиграл, видит это на карте; проверить розыгрыш может каждый."
    ),
    "saving.members": "Участников группы: {n}",
    "saving.more": "ещё {n}",
    "saving.1": "{what}: вместе пройдена четверть пути.",
    "saving.2": "{what}: вместе пройдена половина пути.",
    "saving.3": "{what}: вместе пройдено три четверти пути.",
    "saving.4": "{what}: вместе получилось! {prize}",
    "invited.off": ("Отменено: {what}, {when}."),
    "invited.free": ("Место освободилось: вы идёте. {what}, {when}."),
    "invited.waiting": (
        "{what}, {when}: вы в листе ожидания. Когда освободится место, мы напишем здесь."
    ),
    # Messages.
    "message.code.subject": "Ваш код: {program}",
    "message.code.text": (
        "{code} — код для вашей карты «{program}». Введите его на странице, которая открылась "
        "после регистрации; он действует {minutes} минут.\n\n"
        "Никому его не сообщайте и не вводите на странице, которую вам прислали. Если вы не "
        "регистрировались, ничего не делайте: без этого кода никто ничего не получит."
    ),
    "message.code.known.text": (
        "У вас есть карта «{program}». Вот она:\n{address}\n\n"
        "Вы только что завели новую и хотите пользоваться ею? Введите код {code} на странице, "
        "которая открылась после регистрации, в течение {minutes} минут. Всё, что у вас есть, "
        "перейдёт на новую карту, а старая закроется.\n\n"
        "Никому не сообщайте код и не вводите его на странице, которую вам прислали. Если вы его "
        "не просили, ничего не делайте: ваша карта останется как была."
    ),
    # Nouns without a number.
    "noun.points": "Баллы",
    "noun.stamps": "Штампы",
    "noun.visits": "Визиты",
    "noun.of.points": "баллов",
    "noun.of.stamps": "штампов",
    "noun.of.visits": "визитов",
    "quoted": "«{name}»",
    "in_pot": "{counted} («{pot}»)",
    # Earning.
    "each": "каждые {amount}",
    "each.masculine": "каждый {amount}",
    "each.feminine": "каждую {amount}",
    # Where the gender of a single unit of the currency is not known.
    "each.unknown": "{amount} в чеке",
    "earn.amount": "{points} за {each}{on}{minimum}",
    "earn.amount.on": " на {names}",
    # Of a pot that is said in money.
    "earn.share": "С каждой покупки{on} возвращается {percent}{minimum}",
    "earn.share.on": " {names}",
    "earn.visit": "{points} за каждый визит{on}{minimum}",
    "earn.visit.on": " с покупкой {names}",
    "earn.item": "{points} за каждый товар{on}{minimum}",
    "earn.item.on": " {names}",
    "earn.except": " (кроме {names})",
    "earn.minimum": ", при чеке от {amount}",
    "earn.minimum.on": ", если их куплено на {amount} и больше",
    "basis": "Считается цена {parts}",
    "basis.discount": "до скидок",
    "basis.tax": "без налога",
    "basis.tips": "с чаевыми",
    # Promotions.
    "promotion": "{name}: {what}{on}{minimum}{dates}{times}",
    "promotion.twice": "вдвое больше {noun}",
    "promotion.twice.money": "вдвое больше",
    "promotion.times": "в {times} больше {noun}",
    "promotion.times.money": "в {times} больше",
    "promotion.bonus": "дополнительно {points}",
    "promotion.bonus.item": "дополнительно {points} за каждую позицию",
    "personal": "Для вас по {day}: {what}{on}{minimum}{times}{left}",
    "personal.left": " (осталось: {purchases})",
    "promotion.on": " за {names}",
    "promotion.dates": " с {first} по {last}",
    "promotion.first": " с {first}",
    "promotion.last": " по {last}",
    "promotion.times_of_day": ", {windows}",
    "window.every_day": "ежедневно",
    "window.hours": "{days} с {start} до {until}",
    "window.until_midnight": "{days} с {start} до полуночи",
    "window.all_day": "{days} весь день",
    "stacking.best": "Если действуют сразу несколько акций, считается самая выгодная",
    "stacking.sum": "Если действуют сразу несколько акций, они складываются",
    "stacking.first": "Если действуют сразу несколько акций, считается названная первой",
    # Limits.
    "a.order": "за покупку",
    "a.hour": "в час",
    "a.day": "в день",
    "a.week": "в неделю",
    "a.month": "в месяц",
    "a.year": "в год",
    "cap": "Не больше {caps}",
    "cap.order": "Покупка, за которую вышло бы больше {points}, не приносит ничего",
    "limit.earn": "Начисляем не больше чем за {limits}",
    "limit.redeem": "Тратить можно не чаще {limits}",
    "cool_down": "Покупка раньше чем через {time} после другой не приносит ничего",
    "pending.points": "Новые баллы можно тратить через {time}",
    "pending.stamps": "Новые штампы можно тратить через {time}",
    "pending.money": "Накопленное можно тратить через {time}",
    "pending.unit": "{noun}: тратить можно через {time} после начисления",
    "pending.visits": "Новые визиты можно тратить через {time}",
    # Spending.
    "reward": "{reward} за {points}{dates}{times}{most}{stock}",
    "lowered_bills": "Чек, сниженный кодом, ничего не приносит",
    "reward.once": ", один раз на человека",
    "reward.most": ", не больше {number} на человека",
    "reward.stocked": ", пока есть в наличии",
    "money": "{points} = {amount}{share}{minimum}",
    "money.itself": "Накопленным можно платить{share}{minimum}",
    "money.itself.all": "",
    "money.itself.share": " до {percent} чека",
    "money.share": ", до {percent} чека",
    "money.all": " при оплате",
    "money.minimum": ", от {points}",
    "discount": "Скидка {percent} на каждый чек",
    # Expiry.
    "expiry.months": "{noun} живут {months}, до конца месяца",
    "expiry.months.money": "Накопленное живёт {months}, до конца месяца",
    "expiry.dates.money": "Накопленное сгорает каждый год после {days}",
    "expiry.inactivity.money": "Накопленное сгорает через {months} без покупок",
    "expiry.dates": "{noun} сгорают каждый год после {days}",
    "expiry.inactivity": "{noun} сгорают через {months} без покупок",
    "noun.in_pot": "{noun} («{pot}»)",
    # Levels.
    "tiers.lifetime": "Уровень считается за всё время: {levels}",
    "tiers.calendar_year": "Уровень считается за календарный год: {levels}",
    "tiers.rolling": "Уровень считается за {months}: {levels}",
    "tiers.last_month": "последний месяц",
    "level": "{name}{threshold}{benefits}",
    "level.threshold": " от {thresholds}",
    "level.benefits": " ({benefits})",
    "level.discount": "скидка {percent}",
    "down.never": "Достигнутый уровень остаётся навсегда",
    "down": "Уровень снижается {where}{conditions}{warning}",
    "down.step": "на одну ступень",
    "down.fit": "до подходящего",
    "down.window": ", если условие больше не выполняется",
    "down.grace": " через {months} после того, как условие перестало выполняться",
    "down.quiet": " через {months} без визитов",
    "down.or.step": "{first}, или{second}",
    "down.or.fit": "{first}, или на одну ступень{second}",
    "down.warning": "; карта предупредит за {days}",
    # Gifts.
    "welcome": "{points} в подарок за вступление",
    "birthday": "{points} в подарок на день рождения",
    "referral": (
        "Приведите друга: {referrer} вам и {friend} другу после его первой покупки{minimum}"
    ),
    "referral.brought": (
        "Если вас пригласили: {friend} вам и {referrer} тому, кто пригласил, после вашей первой "
        "покупки{minimum}"
    ),
    "referral.invited": "{friend} вам и {referrer} мне после вашей первой покупки{minimum}",
    "referral.minimum": " от {amount}",
    # Staff.
    "staff.remainder": "Что не набирает целого, переносится на следующую покупку",
    "staff.nothing": "Подарочные карты и оплаченное с карты ничего не приносят",
    "staff.tips": "Чаевые ничего не приносят",
    "staff.lifetime_counts": "Приведённые друзья считаются всегда, за любое время",
    "staff.zone": "Дни и часы — по времени {zone}",
    "staff.reminder.money": "За {days} до сгорания накопленного карта предупреждает об этом",
    "staff.reminder": "За {days} до сгорания {noun} карта предупреждает об этом",
    "staff.return": "Возврат забирает начисленное за покупку и отдаёт то, чем её оплатили",
    "staff.debt.owe": "Уже потраченное становится долгом, его погашают следующие покупки",
    "staff.debt.forgive": "Уже потраченное прощается",
    "staff.returned": "Возвращённое живёт ещё хотя бы {days}",
    "receipt.earned": "Начислено: {points}",
    "receipt.taken": "Списано: {points}",
    "receipt.returned": "Возвращено: {points}",
    "receipt.line": "{label}: {text}",
    "receipt.reward": "Можно получить",
    "staff.hold": "Резерв держится {time}, потом всё снова свободно",
    "staff.undo": "Потраченное по ошибке можно вернуть, срок: {time}",
    "staff.limits": "Подарить можно до {at_once} за раз, {shift} за день и {month} за месяц",
    # A decision read aloud.
    "trace.line": "{price}{category}",
    "trace.times": "{quantity} × {price}",
    "trace.of": " {category}",
    "trace.goods": "{quantity} × {category}",
    "trace.counted": "{lines}, из них считается {amount}",
    "trace.gives": "{what} → {points}",
    "trace.visit": "визит",
    "trace.discount": "скидка {percent} с {amount}: {discount}",
    "trace.discount.level": "уровень {level}: скидка {percent} с {amount}: {discount}",
    "trace.discount.none": "скидки нет",
    "trace.pays": "{points} — это {amount}{share}",
    "trace.pays.none": "картой сейчас нельзя оплатить часть этого чека",
    "trace.minimum": "{amount} — меньше минимума {minimum}",
    "trace.minimum.none": "здесь ничего не считается",
    "trace.tier": "уровень {level} ×{factor}: {points}",
    "trace.promotion.2": "{name} — вдвое: {points}",
    "trace.promotion.3": "{name} — втрое: {points}",
    "trace.promotion.times": "{name} ×{factor}: {points}",
    "trace.promotion.bonus": "{name} — ещё {bonus}: {points}",
    "trace.personal": "ваша личная акция",
    "trace.cap": "предел {cap} {period} оставляет {points}",
    "trace.caps": "пределы оставляют {points}",
    "trace.order_cap": "больше {cap} за одну покупку не начисляется: {points}",
    "trace.limit": "начисляем не больше чем за {limits}: ничего",
    "trace.coupon": "чек снижен кодом: ничего",
    "trace.cool_down": "раньше чем через {time} после прошлой покупки: ничего",
    "trace.points_paid": "оплаченные с карты {amount} ничего не приносят",
    "trace.carried": "с остатком прошлого раза: {points}",
    "trace.nothing": "ничего не начисляется",
    "daily.day": "в день",
    "daily.week": "в неделю",
    "daily.month": "в месяц",
    "daily.year": "в год",
    "declined.insufficient_balance": "нужно {price}, есть {balance}",
    "declined.below_minimum": "{price} — слишком мало: не меньше {minimum} за раз",
    "declined.above_share": "{price} — слишком много: с карты можно оплатить до {share} чека",
    "declined.points_are_no_money": "оплатить чек с карты здесь нельзя",
    "declined.reward_not_now": "сейчас эту награду получить нельзя",
    "declined.reward_all_had": "эту награду участник уже получил столько раз, сколько можно",
    "declined.out_of_stock": "эта награда закончилась",
    "declined.coupon_not_found": "такого кода здесь нет",
    "declined.coupon_at_till": "этот код применяют на кассе",
    "declined.coupon_stopped": "этот код больше не действует",
    "declined.coupon_over": "срок этого кода истёк",
    "declined.coupon_not_now": "сейчас этот код не действует",
    "declined.coupon_used": "этот код уже использован",
    "declined.coupon_had": "этот код участник уже использовал столько раз, сколько можно",
    "declined.coupon_all_used": "этот код использовали столько раз, сколько можно",
    "declined.coupon_needs_bill": "этот код снижает чек: сначала пробейте его",
    "declined.coupon_minimum": "этот код действует от {least}",
    "declined.another_coupon": "этот чек уже снижен другим кодом",
    "declined.limit": "на сейчас потрачено достаточно: не чаще {limits}",
    "declined.another_hold_open": "на этой карте уже открыт резерв",
    "declined.card_not_found": "карты с таким кодом в программе нет",
    "declined.account_full": "на этом счёте столько, что больше не сосчитать",
    "declined.too_many_on_order": "этот заказ оплачивали с карт слишком много раз",
    "declined.hold_not_open": "этот резерв уже закрыт",
    "declined.more_than_held": "запрошено {price}, в резерве {balance}",
    "declined.membership_ended": "это участие завершено",
    "declined.membership_paused": "эта карта приостановлена; возобновить её могут сотрудники",
    "declined.value_left": "на карте осталось то, что пропадёт",
    "declined": "отказ: {reason}",
    # A place, and what an owner has changed.
    "place.hours": "Открыто: {hours}",
    "place.days": "{first} – {last}",
    "place.named": " ({name})",
    "place.closed": "Закрыто: {days}{name}",
    "place.open": "{days}{name} открыто: {hours}",
    "changed.earning": "Начисление",
    "changed.rewards": "Награды",
    "changed.money": "Оплата с карты",
    "changed.expiries": "Срок жизни",
    "changed.discount": "Скидка",
    "changed.levels": "Уровни",
    "changed.promotions": "Акции",
    "changed.gifts": "Подарки",
    "changed.basis": "Что считается",
    "changed.pending": "Когда можно тратить",
    "changed.limits": "Ограничения",
    "changed.staff": "Для персонала",
    "changed.now": "{what}: было «{before}», стало «{after}»",
    "changed.new": "{what}: новое «{after}»",
    "changed.gone": "{what}: больше нет «{before}»",
    "changed.value": "{what}: было {before}, стало {after}",
    "changed.set": "{what}: новое {after}",
    "changed.unset": "{what}: больше нет {before}",
    "changed.at": "{label} ({path})",
    "changed.yes": "да",
    "changed.no": "нет",
    "changed.field.name": "Название",
    "changed.field.organization": "Компания",
    "changed.field.currency": "Валюта",
    "changed.field.zone": "Часовой пояс",
    "changed.field.region": "Страна телефонов",
    "changed.field.languages": "Языки",
    "changed.field.design": "Дизайн карты",
    "changed.field.contact": "Контакты",
    "changed.field.locations": "Места",
    "changed.field.identity": "По чему узнают участника",
    "changed.field.leaving": "Что происходит при выходе",
    "changed.field.latitude": "Широта",
    "changed.field.longitude": "Долгота",
    "changed.field.address": "Адрес",
    "changed.field.hours": "Часы работы",
    "changed.field.holidays": "Праздники",
    "changed.field.text": "Текст рядом с местом",
    "changed.field.attributes": "Что записывают об участниках",
    "changed.field.order": "Порядок",
    "changed.field.reminder_days": "Напоминание до сгорания, дней",
    "changed.field.unit": "Что считается",
    "changed.field.kind": "Вид",
    "changed.field.free_items": "Бесплатные товары считаются",
    "changed.field.version": "Версия текста согласия",
    "changed.field.program": "Текст согласия на участие",
    "changed.field.marketing": "Текст согласия на предложения",
    "changed.field.stacking": "Когда действуют несколько акций",
    "changed.field.hold_minutes": "Срок резерва, минут",
    "changed.field.undo_minutes": "Срок отмены траты, минут",
    "changed.field.returned_value_days": "Срок возвращённого, дней",
    "changed.field.debt": "Потраченное при возврате",
    # What an owner is warned of.
    "warn.sentences": (
        "Чтобы понять программу, клиенту нужно {count}; "
        "больше {most} не читают: уберите или объедините правила"
    ),
    "warn.order_cap": (
        "{path}: крупная покупка не приносит ничего; предел на день вместо этого урезает"
    ),
    "warn.stacking": (
        "stacking = 'first': клиент не поймёт, какая акция считается; 'best' понятна без слов"
    ),
    "warn.expiries": "{paths}: сроки устроены по-разному; клиент запомнит один",
    "warn.names": "{paths}: несколько счетов вида {kind}, и не у каждого есть своё имя",
    "warn.currency": "currency: {code} — таких денег нет; это опечатка?",
    "warn.above_cap": "{path}: стоит больше, чем {cap} даёт заработать за год",
    "warn.double": "{path}: повторяет {first}; одно из правил хотели изменить?",
    "warn.goods": "{path}: ни одно правило не называет {name!r}; имелось в виду {meant!r}?",
    "warn.named_twice": "name и organization: карта дважды подряд скажет {name!r}",
    "warn.caption": "{path}: словом {name!r} карты называют другое; выберите другое слово",
    "warn.unit": "{path}: это {name!r}, а считается в «{noun}»; назовите единицу в unit",
    "warn.useless": "{path}: на {pot!r} ничего нельзя купить",
    "warn.unfed": "{path}: ничто не пополняет {pot!r}",
    "warn.many_rules": "{paths}: правил для {pot!r} — {count}; на кассе этого не посчитать",
    "warn.basis": "basis: {parts} сразу трудно проверить по чеку",
    "warn.metrics": "tiers.levels: разных путей наверх — {count}; клиент следит за одним-двумя",
    "warn.notice": (
        "tiers: уровни падают без предупреждения; с grace_months = 1 карта предупредит заранее"
    ),
    "warn.empty": "{path}: этот уровень не даёт ничего сверх предыдущего",
    "warn.generous": "{path}: возвращается {percent} того, за что начислено; так задумано?",
    "warn.limits": "cool_down_minutes и {path}: два ограничения на одно; оставьте одно",
    "warn.lines": "{paths}: ничего не даёт, если касса не сообщает строк чека, как Square",
    "warn.nothing": "программа ничего не даёт: ни начислений, ни скидки, ни уровней, ни подарков",
    # Показатели: что каждый из них значит.
    "figure.active": "Участники, которые приходили хотя бы раз за эти дни.",
    "figure.lapsed": "Участники, которые раньше приходили, а за эти дни — ни разу.",
    "figure.new": "Участники, которые пришли впервые. Считаются люди, а не визиты.",
    "figure.returning": (
        "Участники, которые приходили, и этот визит у них был не единственным. Считаются люди."
    ),
    "figure.repeat_rate": "Доля тех, кто пришёл хотя бы дважды, среди пришедших за это время.",
    "figure.second_visit": (
        "Доля тех, кто пришёл снова за столько дней, среди тех, чей первый визит был не меньше "
        "стольких дней назад."
    ),
    "figure.cohort": (
        "Доля пришедших в этом месяце среди тех, кто впервые пришёл в первом. Месяц, который ещё "
        "не кончился, пуст."
    ),
    "figure.frequency": "Визитов в месяц на одного приходившего участника.",
    "figure.histogram": "Участники, которые приходили столько раз.",
    "figure.penetration": "Доля покупок участников среди всех покупок.",
    "figure.penetration_money": "Доля денег участников среди всех: чистыми, без чаевых.",
    "figure.average_ticket": (
        "Чистая сумма на одну покупку: после возвратов, скидок и баллов, без чаевых. Участники "
        "и раньше покупали больше: это сравнение, а не эффект."
    ),
    "figure.lifetime_value": "Чистая сумма на одного участника, приходившего за это время.",
    "figure.members": "Участники, которые есть: не вышли и не объединены с другой картой.",
    "figure.joined": "Участники, которые вступили за это время.",
    "figure.put_into_apple": (
        "Карты, добавленные в Apple Wallet: телефоны, которые стали узнавать об изменениях карты."
    ),
    "figure.taken_from_apple": (
        "Телефоны, которые больше не узнают о карте: её удалили, обновления выключили или "
        "телефона больше нет."
    ),
    "figure.put_into_google": "Карты, о сохранении которых сообщил Google Wallet.",
    "figure.taken_from_google": "Карты, об удалении которых сообщил Google Wallet.",
    "figure.visits": (
        "Визиты участников: одна или несколько покупок одного участника в одном месте за один день."
    ),
    "figure.sales": "Оплаченные и не полностью возвращённые заказы, участников и остальных.",
    "figure.net": "Что принесли эти покупки: после возвратов, скидок и баллов, без чаевых.",
    "figure.average_ticket_others": "То же для покупок, которые не принадлежат участникам.",
    "figure.slipping": (
        "Участники, которых нет дольше, чем длятся девять из десяти их собственных перерывов, и "
        "которые ещё могут вернуться."
    ),
    "figure.gone": (
        "Участники, из которых за три их обычных перерыва вернётся меньше одного из десяти."
    ),
    "figure.expected": "Участники, которых ждут в ближайшие семь дней: прогноз.",
    "figure.staff_share": "Что подарили и поправили сотрудники, в деньгах, как доля выручки.",
    "figure.nps": "Сторонники (9 и 10) минус критики (0–6) на сто ответов за девяносто дней.",
    "figure.nps.days": "Сторонники (9 и 10) минус критики (0–6) на сто ответов за эти дни.",
    # What a campaign did.
    "campaign.not_over": "Рано говорить: дни после неё прошли не у всех.",
    "campaign.not_measurable": (
        "Сказать нечего: не с кем сравнить, никто не оставлен без сообщения."
    ),
    "campaign.uneven": (
        "Группы не того размера, как были выбраны: что-то пошло не так, верить числам нельзя."
    ),
    "campaign.public_holiday": "Праздничный день",
    "campaign.not_proven": (
        "Не доказано: пришло на {value} п. п. больше, а на деле это может быть от {low} до {high}."
    ),
    "campaign.proven_more": (
        "Кампания привела людей: пришло на {value} п. п. больше, чем без неё (от {low} до {high})."
    ),
    "campaign.proven_less": "Кампания отпугнула: пришло на {value} п. п. (от {low} до {high}).",
    # What stands below offers that go by other ways than the card.
    "offer.stop.email": (
        "Вы получили это письмо, потому что согласились на предложения «{program}»."
        " Отписаться: {link}"
    ),
    "offer.stop.sms": "Стоп: {link}",
    "offer.stop.telegram": "Больше не присылать: /stop",
    "offer.trial": "Это пробное сообщение «{program}»: оно пришло туда, куда нужно.",
    "chat.bound": (
        "Карта «{program}» на имя {name} подключена: предложения будут приходить сюда."
        " Больше не присылать: /stop"
    ),
    "chat.old": "Эта ссылка больше не действует. Откройте карту и подключите чат оттуда.",
    "chat.stopped": "Сюда больше ничего не придёт. Снова подключить чат можно на карте.",
    # Campaigns that are ready to be made (loyalty.campaigns.ready).
    "template.double-points": "Вдвое больше тем, кто уходит",
    "template.double-points.about": (
        "Кто не приходит дольше, чем в девяти из десяти своих перерывов, две недели получает "
        "вдвое больше за покупки. Вам это стоит, только если человек придёт, и больше этого "
        "не получает никто."
    ),
    "template.double-points.text": (
        "{name}, две недели вы получаете вдвое больше за каждую покупку."
    ),
    "template.win-back": "Вернуть тех, кто уходит",
    "template.win-back.about": (
        "Кто не приходит дольше, чем в девяти из десяти своих перерывов, один раз слышит от вас. "
        "Это происходит, пока человека ещё можно вернуть, и с небольшим подарком, если в "
        "программе есть награды."
    ),
    "template.win-back.text": "{name}, давно вас не видели. Будем рады встретиться снова.",
    "template.before-visit": "Перед ожидаемым визитом",
    "template.before-visit.about": (
        "За день до недели, когда человек скорее всего придёт, вы напоминаете о себе. Кто придёт "
        "сам, ничего не стоит, а контрольная группа покажет, что изменилось."
    ),
    "template.before-visit.text": "{name}, до скорой встречи? Мы вас ждём.",
    "template.birthday": "День рождения",
    "template.birthday.about": (
        "В день рождения участников поздравляют, с подарком, если в программе есть награды. Это "
        "бывает раз в год, а кто не назвал день рождения, ничего не получит."
    ),
    "template.birthday.text": "С днём рождения, {name}! На вашей карте небольшой подарок от нас.",
    "template.near-reward": "Почти награда",
    "template.near-reward.about": (
        "Кому до самой дешёвой награды не хватает меньше пятой части, узнаёт, как мало осталось. "
        "О каждом пути к ней говорится один раз."
    ),
    "template.near-reward.text": "{name}, ещё {missing}, и {reward} ваш.",
    "template.expiring": "Пока не сгорело",
    "template.expiring.about": (
        "За две недели до сгорания участникам говорят об этом, чтобы они пришли и потратили. Что "
        "сгорает молча, отталкивает людей."
    ),
    "template.expiring.text": "{name}, часть из {balance} скоро сгорит. Приходите и потратьте.",
    "template.quiet-hours": "Заполнить тихие часы",
    "template.quiet-hours.about": (
        "Раз в неделю, в выбранный вами день, участников приглашают в тихие часы. Перед запуском "
        "измените день, часы и то, что вы предлагаете."
    ),
    "template.quiet-hours.text": (
        "{name}, сегодня с 14 до 17 тихо. Заходите, у нас есть для вас время."
    ),
    "template.welcome": "Добро пожаловать",
    "template.welcome.about": (
        "Через день после вступления новые участники узнают, как работает их карта. Кто понял "
        "карту, возвращается скорее."
    ),
    "template.welcome.text": (
        "Добро пожаловать, {name}! Показывайте карту при каждой покупке, и она заполнится сама."
    ),
    "template.regulars": "Спасибо постоянным",
    "template.regulars.about": (
        "Первого числа каждого месяца благодарят тех, кто приходит хотя бы раз в месяц и был "
        "недавно. Это стоит мало, а живёте вы благодаря им."
    ),
    "template.regulars.text": "Спасибо, {name}. Хорошо, что вы так часто с нами.",
    "template.after-visit": "Спросить после визита",
    "template.after-visit.about": (
        "После покупки участников спрашивают, порекомендуют ли они вас. "
        "Плохой ответ дойдёт до вас, пока всё ещё можно исправить."
    ),
    "template.after-visit.text": "{name}, порекомендуете ли вы нас друзьям?",
    # What owners ask of members (loyalty.campaigns.leaves).
    "segment.everybody": "Все участники.",
    "segment.members": "Участники, у которых: {conditions}",
    "segment.anybody": "что угодно",
    "segment.not": "неверно, что {condition}",
    "segment.at_least": "{what} — не меньше {value}",
    "segment.at_most": "{what} — не больше {value}",
    "segment.is": "{what} — {value}",
    "segment.attribute": "{of}",
    "segment.tag": "метка",
    "segment.level": "уровень",
    "segment.balance": "на счёте {of}",
    "segment.lifetime": "начислено за всё время",
    "segment.visits": "число покупок за всё время",
    "segment.spent": "потрачено за всё время",
    "segment.average_ticket": "средний чек",
    "segment.year_visits": "визитов за 365 дней",
    "segment.year_spent": "потрачено за 365 дней",
    "segment.last_visit": "дней с последнего визита",
    "segment.joined": "дней с вступления",
    "segment.friends": "приведено друзей",
    "segment.group": "группа",
    "segment.class": "класс",
    "segment.favourite": "любимый товар",
    "segment.usual_hour": "обычный час",
    "segment.usual_day": "обычный день",
    "segment.birthday_in": "дней до дня рождения",
    "segment.age": "возраст",
    "segment.language": "язык",
    "segment.source": "откуда пришли",
    "segment.home": "своя точка",
    "segment.wallet": "карта в телефоне",
    "segment.marketing": "согласие на новости на карте",
    "segment.email_marketing": "согласие на новости по почте",
    "segment.expires_in": "дней до сгорания {of}",
    "segment.to_reward": "не хватает до {of}",
    "segment.to_reward.any": "не хватает до следующей награды",
    "segment.to_level_spend": "не хватает покупок до следующего уровня",
    "segment.to_level_visits": "не хватает визитов до следующего уровня",
    "segment.expected_in": "дней до ожидаемого визита",
    "segment.appointment_in": "дней до записи",
    "segment.slipping": "вот-вот уйдут",
    "segment.gone": "ушли",
    "segment.reached": "получали кампанию {of}",
    "segment.reached.any": "получали любую кампанию",
    "segment.last_score": "оценка в ответ на кампанию {of}",
    "segment.reached_ago": "дней с кампании {of}",
    "segment.reached_ago.any": "дней с последней кампании",
    "segment.group.champions": "чемпионы",
    "segment.group.loyal": "верные",
    "segment.group.active": "активные",
    "segment.group.new": "новые",
    "segment.group.promising": "многообещающие",
    "segment.group.needs_attention": "требуют внимания",
    "segment.group.at_risk": "под угрозой",
    "segment.group.previously_loyal": "раньше верные",
    "segment.group.almost_lost": "почти потеряны",
    "segment.group.dormant": "спящие",
    "segment.group.prospects": "ещё без покупок",
    "segment.group.regulars": "постоянные",
    "segment.group.occasional": "бывают иногда",
    "segment.group.slipping_away": "вот-вот уйдут",
    "segment.group.gone": "ушли",
}

COMING_DAY: tuple[str, str] | None = ("dd.MM", "dd.MM.yyyy")
"""A day ahead, without and with its year: abbreviated months are too long for a card's front."""

PLURALS: Mapping[str, Mapping[str, str]] = {
    "points": {
        "one": "{n} балл",
        "few": "{n} балла",
        "many": "{n} баллов",
        "other": "{n} балла",
    },
    "stamps": {
        "one": "{n} штамп",
        "few": "{n} штампа",
        "many": "{n} штампов",
        "other": "{n} штампа",
    },
    "visits": {
        "one": "{n} визит",
        "few": "{n} визита",
        "many": "{n} визитов",
        "other": "{n} визита",
    },
    # Genitive: after "не больше", "больше", "от", "до".
    "points.of": {
        "one": "{n} балла",
        "few": "{n} баллов",
        "many": "{n} баллов",
        "other": "{n} балла",
    },
    "stamps.of": {
        "one": "{n} штампа",
        "few": "{n} штампов",
        "many": "{n} штампов",
        "other": "{n} штампа",
    },
    "visits.of": {
        "one": "{n} визита",
        "few": "{n} визитов",
        "many": "{n} визитов",
        "other": "{n} визита",
    },
    "friends.of": {
        "one": "{n} друга",
        "few": "{n} друзей",
        "many": "{n} друзей",
        "other": "{n} друга",
    },
    # Accusative, after "ещё".
    "friends": {
        "one": "{n} друга",
        "few": "{n} друга",
        "many": "{n} друзей",
        "other": "{n} друга",
    },
    "items": {
        "one": "{n} товар",
        "few": "{n} товара",
        "many": "{n} товаров",
        "other": "{n} товара",
    },
    # Accusative, as are the spans of time below.
    "purchases": {
        "one": "{n} покупку",
        "few": "{n} покупки",
        "many": "{n} покупок",
        "other": "{n} покупки",
    },
    "sentences": {
        "one": "{n} предложение",
        "few": "{n} предложения",
        "many": "{n} предложений",
        "other": "{n} предложения",
    },
    "times": {"one": "{n} раз", "few": "{n} раза", "many": "{n} раз", "other": "{n} раза"},
    "often": {"one": "{n} раза", "few": "{n} раз", "many": "{n} раз", "other": "{n} раза"},
    "minutes": {
        "one": "{n} минуту",
        "few": "{n} минуты",
        "many": "{n} минут",
        "other": "{n} минуты",
    },
    "hours": {"one": "{n} час", "few": "{n} часа", "many": "{n} часов", "other": "{n} часа"},
    "days": {"one": "{n} день", "few": "{n} дня", "many": "{n} дней", "other": "{n} дня"},
    "months": {
        "one": "{n} месяц",
        "few": "{n} месяца",
        "many": "{n} месяцев",
        "other": "{n} месяца",
    },
    "last_months": {
        "one": "последний {n} месяц",
        "few": "последние {n} месяца",
        "many": "последние {n} месяцев",
        "other": "последние {n} месяца",
    },
}

UNITS: Mapping[str, str] = {
    # What owners call what they count, and its forms after one, few, many and without a number.
    forms.rsplit(", ", 1)[1]: forms
    for forms in (
        "балл, балла, баллов, баллы",
        "бонус, бонуса, бонусов, бонусы",
        "визит, визита, визитов, визиты",
        "звезда, звезды, звёзд, звёзды",
        "зерно, зерна, зёрен, зёрна",
        "капля, капли, капель, капли",
        "кристалл, кристалла, кристаллов, кристаллы",
        "миля, мили, миль, мили",
        "монета, монеты, монет, монеты",
        "наклейка, наклейки, наклеек, наклейки",
        "очко, очка, очков, очки",
        "печать, печати, печатей, печати",
        "сердечко, сердечка, сердечек, сердечки",
        "чашка, чашки, чашек, чашки",
        "штамп, штампа, штампов, штампы",
    )
}

GENDERS: Mapping[str, str] = {
    # Of one unit of a currency: рубль, доллар, евро, фунт, франк, юань; гривна, иена, крона, лира.
    **dict.fromkeys(("RUB", "BYN", "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD"), "masculine"),
    **dict.fromkeys(("EUR", "GBP", "CHF", "CNY", "PLN", "HUF", "AMD", "GEL", "RSD"), "masculine"),
    **dict.fromkeys(("UAH", "JPY", "SEK", "NOK", "DKK", "CZK", "ISK", "TRY", "INR"), "feminine"),
}

PAGES: Mapping[str, Mapping[str, str]] = {
    # {braces} are filled in by the template that uses the sentence.
    "page": {
        "language": "Русский",
        "powered": "Ваши данные хранит {organization}.",
    },
    "join": {
        "title": "{name}: карта участника",
        "heading": "{name}: получите карту",
        "lead": "Полминуты, и карта в кошельке телефона. Приложение не нужно.",
        "all_lines": "Все правила (ещё {n})",
        "lines": "Как это работает",
        "first_name": "Имя",
        "contact": "Как вас узнать?",
        "by_phone": "Телефон",
        "by_email": "Почта",
        "phone": "Номер телефона",
        "email": "Адрес электронной почты",
        "contact_hint": "По нему мы найдём вашу карту и пришлём ссылку, если вы её потеряете.",
        "birthday": "День рождения",
        "optional": "по желанию",
        "referrer": "Кто вас пригласил?",
        "referrer_hint": (
            "Восемь знаков под кодом на карте этого человека или присланная им ссылка."
        ),
        "consents": "Ваше согласие",
        "submit": "Получить карту",
        "working": "Готовим карту…",
        "fault": "Ошибка",
        "faults": "Пожалуйста, проверьте отмеченное ниже. Всё остальное сохранено.",
        "too_many": "С этим контактом было слишком много попыток. Попробуйте снова через {wait}.",
        "later": "Сейчас не получилось. Попробуйте ещё раз через минуту.",
        "minutes_one": "{n} минуту",
        "minutes_few": "{n} минуты",
        "minutes_many": "{n} минут",
        "hours_one": "{n} час",
        "hours_few": "{n} часа",
        "hours_many": "{n} часов",
        "yes": "Да",
        "no": "Нет",
    },
    "kit": {
        "heading": "{name}: получите карту",
        "lead": "Наведите камеру телефона на код. Полминуты, и приложение не нужно.",
        "slip": "Ваши покупки могут считаться: отсканируйте код, и карта в телефоне.",
        "staff": "Для персонала: {name}",
        "staff_ask": (
            "Спросите до оплаты: «У вас есть наша карта?» Никто не обязан, и это полминуты: пусть "
            "отсканируют код ниже."
        ),
        "staff_scan": "Отсканируйте код на телефоне. Не читается? Введите восемь знаков под ним.",
        "staff_contact": (
            "Телефона нет с собой? Кто подтвердил номер или почту, того найдут по ним."
        ),
        "staff_undo": (
            "Не та карта, не та сумма? «Отменить» на странице кассы отменяет это в течение десяти "
            "минут."
        ),
        "staff_offline": (
            "Нет связи? Продолжайте: начисленное сохранится и засчитается позже. Награды и оплата "
            "с карты подождут."
        ),
        "staff_missed": (
            "Забыли? На странице карты покупку можно добавить в течение 30 дней по номеру чека."
        ),
        "staff_rules": "Что даёт карта и что о ней знать",
        "code": "Код страницы, где можно получить карту",
        "fold": "Линия сгиба",
        "print": (
            "Печатайте в масштабе 100 %, без колонтитулов. Размер бумаги — размер этой страницы."
        ),
    },
    "card": {
        "more": "Ещё о вашей карте",
        "about": "О карте",
        "title": "{name}: ваша карта",
        "voided": "Эта карта закрыта и больше не действует.",
        "expired": "Срок действия этой карты истёк.",
        "prove": "Подтвердите контакт",
        "prove_lead": (
            "Мы отправили код на указанный вами контакт. Введите его здесь, и покупки будут "
            "засчитываться, даже если вы только назовёте этот контакт."
        ),
        "prove_code": "Код из сообщения",
        "prove_submit": "Подтвердить",
        "prove_again": "Отправить ещё один код",
        "proved": "Спасибо, контакт подтверждён.",
        "sent": "Мы отправили новый код. Прежний больше не действует.",
        "coupon": "Есть код?",
        "coupon_lead": "Введите его здесь один раз. Код на скидку или подарок показывают на кассе.",
        "coupon_code": "Код",
        "coupon_submit": "Применить код",
        "given": "Спасибо: ваш подарок передан.",
        "entered": "Вы участвуете. Удачи!",
        "coupon_used": "Спасибо, код учтён на вашей карте.",
        "claim": "Не учли покупку?",
        "claim_lead": (
            "Если вы расплатились, не показав карту, введите данные чека в течение 30 дней."
        ),
        "claim_receipt": "Номер чека",
        "claim_amount": "Сумма",
        "claim_day": "Дата",
        "claim_submit": "Учесть покупку",
        "claimed": "Спасибо, покупка учтена на вашей карте.",
        "claim_too_many": (
            "Слишком много попыток. Попробуйте снова через {wait} или обратитесь к сотрудникам."
        ),
        "code": "Код вашей карты",
        "friend": "Пригласите друга",
        "friend_lead": "Отправьте другу эту ссылку, и карта будет знать, что пригласили вы.",
        "friend_link": "Ссылка для друга",
        "out": "Сейчас закончилось: {names}.",
        "show": "Покажите этот код при оплате",
        "add": "Пусть будет под рукой",
        "add_lead": "В кошельке карта обновляется сама после каждого визита.",
        "apple": "Добавить в Apple Wallet",
        "google": "Добавить в Google Кошелёк",
        "in_app": (
            "Если ничего не происходит, откройте эту страницу в Safari или Chrome: в меню выберите "
            "«Открыть в браузере»."
        ),
        "other_device": "На телефоне",
        "scan": (
            "Наведите камеру телефона, чтобы открыть эту страницу на нём и добавить карту в "
            "кошелёк."
        ),
        "page_code": "Ссылка на эту страницу",
        "bookmark": (
            "Эта страница тоже ваша карта. Не передавайте ссылку: кто её откроет, увидит вашу "
            "карту."
        ),
        "lines": "Как это работает",
        "contact": "Контакты",
        "data": "Что о вас хранится",
        "data_lead": (
            "Файл со всем: кто вы, что есть на вашей карте и откуда, ваши покупки. Не показывайте "
            "эту страницу другим."
        ),
        "data_submit": "Сохранить файл",
        "asked": "О вас",
        "asked_submit": "Сохранить",
        "answered": "Спасибо, записано.",
    },
    "sign_in": {
        "console": "В консоль",
        "title": "Вход",
        "heading": "Вход в вашу программу",
        "lead": (
            "Этот адрес впускает один раз. Нажмите кнопку в том браузере, в котором хотите "
            "работать."
        ),
        "submit": "Войти",
        "inside_heading": "Вы вошли, {name}.",
        "inside_lead": (
            "Этот браузер помнит вас двенадцать часов после последнего обращения, но не дольше "
            "тридцати дней."
        ),
        "refused_heading": "Эта ссылка больше никого не впускает",
        "refused_lead": (
            "По ней уже вошли, или ей больше 15 минут. Попросите новую у того, кто её дал."
        ),
    },
    "front": {
        "title": "Карты лояльности",
        "heading": "Выберите карту",
        "lead": "Каждая готова за полминуты и живёт в кошельке телефона.",
        "none": "Здесь пока ничего нет",
        "none_lead": "Адрес работает, первый магазин ещё настраивают.",
        "card": "Карта уже есть? Откройте её в кошельке телефона или по ссылке.",
    },
    "history": {
        "title": "Что произошло",
        "back": "Назад к карте",
        "why": "Почему?",
        "why_of": "Почему? {what}, {day}",
        "why_not": "Уже не сказать: с тех пор изменились правила или покупка.",
        "nothing": "Пока ничего. Всё начнётся с первой покупки.",
        "older": "Показать раньше",
        "missing": "Чего-то нет или что-то не так? Спросите сотрудников: у них тот же список.",
    },
    "happened": {
        "earn": "Покупка",
        "reverse": "Возврат",
        "redeem": "Обмен на награду",
        "give": "Отдано на доброе дело",
        "enter": "Участие в розыгрыше",
        "hold": "Отложено",
        "capture": "Оплачено с карты",
        "release": "Больше не отложено",
        "return": "Возвращено на карту",
        "adjust": "Исправлено магазином",
        "gift": "Подарок",
        "welcome": "Подарок за вступление",
        "birthday": "Подарок ко дню рождения",
        "referral": "За друга",
        "coupon": "Использован код",
        "transfer": "Перенос",
        "merge": "Две карты стали одной",
        "import": "Перенесено с прежней карты",
        "promotion": "Акция",
        "activate": "Можно тратить",
        "expire": "Истекло",
        "tier": "Уровень",
        "settle": "Приведено к сегодняшнему дню",
        "other": "Изменено",
    },
    "ask": {
        "title": "Вопрос: {name}",
        "nps": "Насколько вероятно, что вы посоветуете нас?",
        "scale": "0 — точно нет, 10 — точно да.",
        "stars": "Сколько звёзд?",
        "poll": "Ваш выбор",
        "text": "Ваш ответ",
        "comment": "Хотите что-то добавить?",
        "submit": "Отправить",
        "seen": "{organization} видит, кто ответил.",
        "thanks": "Спасибо! Ответ можно изменить в течение суток.",
        "over": "На этот вопрос уже нельзя ответить.",
        "final": "Спасибо за ответ. Изменить его уже нельзя.",
        "missing": "Выберите один из ответов.",
        "missing_words": "Напишите ваш ответ.",
        "reply": "Ответ: {organization}",
        "asked": "Вопрос к вам",
        "go": "Ответить",
    },
    "invited": {
        "title": "Приглашение от {name}",
        "when": "Когда",
        "where": "Где",
        "until": "Ответьте до",
        "asked": "Вас приглашают",
        "coming": "Вы идёте",
        "waiting": "Вы в листе ожидания",
        "waiting_lead": "Когда освободится место, об этом скажет ваша карта.",
        "off": "Отменено",
        "no": "Вы не придёте",
        "yes_button": "Приду",
        "wait_button": "Записать в лист ожидания",
        "no_button": "Не приду",
        "full": "Все места заняты.",
        "full_wait": "Все места заняты. Можно подождать, пока место освободится.",
        "too_late": "Отвечать уже поздно.",
        "go": "Ответить",
        "change": "Изменить ответ",
        "seen": "{organization} видит ваш ответ.",
    },
    "together": {
        "full": (
            "Все группы, которые могут копить на это, уже начали. Если вас пригласят, вы "
            "ещё можете присоединиться, до {until}."
        ),
        "title": "Копим вместе",
        "way": "Вместе пройдено {percent} % пути, до {until}.",
        "done": "Вместе получилось!",
        "until": "До {until}.",
        "who": "Вместе с вами копят:",
        "alone": "Пока вы одни: отправьте кому-нибудь приглашение.",
        "link": "Приглашение для отправки",
        "link_hint": "У кого оно есть, может присоединиться, пока есть место.",
        "leave": "Выйти из группы",
        "leave_hint": "Всё, что вы внесли, останется у других.",
        "begin": "Создать группу",
        "shows": "Другие могут видеть моё имя",
        "invited": "Вас пригласили?",
        "paste": "Вставьте приглашение сюда",
        "join": "Присоединиться",
        "accept": "Как присоединиться",
        "accept_how": (
            "Скопируйте этот адрес, откройте страницу своей карты и вставьте его там в "
            "разделе «Группы и приглашения»."
        ),
        "no_card": "Ещё нет карты? Получите её здесь.",
        "over": "К этой группе больше нельзя присоединиться.",
        "go": "Группы и приглашения",
    },
    "cause": {
        "give": "Отдать: {cause}",
        "points": "Сколько",
        "least": "Не меньше {least}. Вернуть их нельзя.",
        "submit": "Отдать",
        "look": "Сколько уже собрано",
        "together": "Собрано вместе",
        "target": "На пути к цели: {target}",
        "closed": "Сбор окончен.",
        "link": "Подробнее",
        "how": "Участники отдают накопленное на своей карте; каждый подарок сразу учтён здесь.",
    },
    "draw": {
        "mine": "Ваших заявок: {entries}. Вы в списке под именем",
        "each": "{price} за заявку, до {until}. Вернуть их нельзя.",
        "how_many": "Сколько заявок",
        "named": "Розыгрыш: {name}",
        "prizes": "Можно выиграть",
        "submit": "Участвовать",
        "look": "Правила, список и результат",
        "won": "Выиграли",
        "rules": "{price} за заявку, не больше {most} заявок на участника, до {until}.",
        "bought": "За каждые {price} участие добавляется само, до {until}.",
        "rules_bought": (
            "Участие за каждые {price} добавляется само, не больше {most} от "
            "одного участника, до {until}."
        ),
        "proof": "Как это может проверить каждый",
        "lead": (
            "Сначала список участников закрывается, и здесь появляется его отпечаток, чтобы никто "
            "уже не мог его изменить. И называется раунд открытого источника случайности, который "
            "ещё не наступил. Решает этот раунд и больше ничего."
        ),
        "chain": "Источник случайности: drand, цепочка",
        "entries": "Заявок",
        "hash": "Отпечаток списка (SHA-256)",
        "round": "Решающий раунд",
        "randomness": "Что он принёс",
        "later": "Появится, когда будет известно",
        "list": "Список, каким он закрыт",
        "source": "Этот раунд у drand",
    },
    "friends": {
        "title": "Пригласите друга",
        "scan": "Пусть друг отсканирует этот код",
        "code": "Или друг вводит этот код при вступлении.",
        "send": "Отправьте приглашение",
        "text": "Текст приглашения",
        "mail": "Отправить по почте",
        "sms": "Отправить в SMS",
        "more": "Код, текст приглашения и сколько друзей пришло",
        "came": "Пока пришло: {friends}.",
        "invitation": "Присоединяйтесь к «{program}» вместе со мной. {gets} {link}",
    },
    "surprise": {
        "title": "Сюрпризы: {name}",
        "odds": "Что можно вытянуть",
        "promise": "Определено заранее",
        "promise_lead": (
            "Обязательство опубликовано до первого розыгрыша. Когда сюрпризы "
            "закончатся, появится исходное число, и каждый сможет повторить все "
            "розыгрыши."
        ),
        "rules": "Правила",
        "commitment": "Обязательство (SHA-256)",
        "seed": "Исходное число",
        "later": "Появится в конце",
        "list": "Все билеты и что они вытянули",
    },
    "choices": {
        "title": "Настройки и ваши данные",
        "language": "Язык карты",
        "language_hint": "Карта в кошельке сменит язык при следующем изменении.",
        "agreed": "С чем вы согласны",
        "leave": "Выйти навсегда",
        "leave_lead": (
            "Карта закроется, и всё, что говорит, кто вы, будет сразу удалено. Отменить это нельзя."
        ),
        "sure": "Понимаю, что всё, что осталось на карте, пропадёт.",
        "leave_submit": "Удалить карту и данные",
        "left": "Вы вышли",
        "left_lead": "Карта «{name}» закрыта, и о вас больше ничего не хранится.",
        "again": "Получить новую карту",
        "chat": "Telegram",
        "chat_lead": "Предложения и новости будут приходить в чат. Подключая его, вы соглашаетесь.",
        "chat_submit": "Подключить Telegram",
        "chat_bound": "Чат подключён. Чтобы отключить, напишите там /stop.",
    },
    "stop": {
        "title": "Больше никаких предложений",
        "lead": "{name}: «{what}».",
        "submit": "Отписаться",
        "done": "Готово. Больше ничего так не придёт.",
        "again": "Снова согласиться можно на карте.",
    },
    "topics": {
        "marketing_email": "Предложения и новости по почте",
        "marketing_sms": "Предложения и новости по SMS",
        "marketing_phone": "Предложения и новости по телефону",
        "marketing_messenger": "Предложения и новости в мессенджере",
        "profiling_card": "Предложения на карте с учётом моих покупок",
        "profiling_email": "Предложения по почте с учётом моих покупок",
        "profiling_sms": "Предложения по SMS с учётом моих покупок",
        "profiling_phone": "Предложения по телефону с учётом моих покупок",
        "profiling_messenger": "Предложения в мессенджере с учётом моих покупок",
    },
    "not_found": {
        "title": "Страница не найдена",
        "heading": "Здесь ничего нет",
        "lead": "В ссылке опечатка, или её заменили новой.",
        "hint": "Если это была ссылка на вашу карту, обратитесь к сотрудникам: они дадут новую.",
    },
    "error": {
        "title": "Что-то пошло не так",
        "broken_heading": "Не получилось",
        "broken_lead": (
            "Ошибка на нашей стороне. Ваша карта и всё, что на ней, в сохранности. Пожалуйста, "
            "скажите об этом сотрудникам."
        ),
        "later_heading": "Сейчас не получилось",
        "later_lead": (
            "Ваша карта и всё, что на ней, в сохранности. Попробуйте ещё раз через минуту."
        ),
        "gone_heading": "Эта карта закрыта",
        "gone_lead": (
            "Ею больше нельзя пользоваться, и добавить её в кошелёк нельзя. Новую карту дадут "
            "сотрудники."
        ),
        "too_many_heading": "Слишком много попыток",
        "too_many_lead": "Попыток было слишком много. Подождите немного перед следующей.",
        "refused_heading": "Анкета не принята",
        "refused_lead": (
            "Она пришла с другого сайта или в незнакомом виде. Откройте страницу программы и "
            "заполните анкету там."
        ),
    },
    # What is wrong with a field, by code; also the detail in answers to programs.
    "faults": {
        "required": "Это обязательно.",
        "unknown_field": "Такого поля нет.",
        "wrong_type": "Неверный тип значения.",
        "invalid_value": "Такое значение здесь невозможно.",
        "name_missing": "Укажите имя.",
        "name_too_long": "Не больше 60 символов, пожалуйста.",
        "contact_missing": "Укажите телефон или электронную почту.",
        "contact_twice": "Укажите телефон или почту, что-то одно.",
        "phone_missing": "Укажите номер телефона.",
        "email_missing": "Укажите адрес электронной почты.",
        "unknown_location": "Такого места нет. Его id записан в документе программы.",
        "invalid_phone": "Не похоже на номер телефона. С кодом страны подойдёт любой.",
        "invalid_email": "Не похоже на адрес электронной почты.",
        "invalid_birthday": "Укажите настоящую дату: год, месяц, день, например 1990-05-28.",
        "birthday_in_future": "День рождения не может быть в будущем.",
        "birthday_too_early": "Укажите год не раньше 1900.",
        "invalid_referrer": "Это не код карты. Проверьте его или оставьте поле пустым.",
        "consent_required": "Без этого согласия мы не можем завести карту.",
        "consent_changed": (
            "Этот текст изменился, пока страница была открыта. Прочитайте его ещё раз."
        ),
        "give_missing": "Укажите, сколько.",
        "give_least": "Отдайте больше: не меньше, чем указано.",
        "give_balance": "У вас столько нет.",
        "give_closed": "Сбор уже окончен.",
        "draw_missing": "Укажите, сколько заявок.",
        "draw_most": "Столько заявок одному участнику нельзя.",
        "draw_closed": "Заявки уже не принимаются.",
        "group_missing": "Вставьте весь адрес, который вам прислали.",
        "group_none": "Такой группы уже нет. Проверьте ещё раз.",
        "group_full": "В этой группе больше нет мест.",
        "group_done": "Эта группа уже достигла цели.",
        "group_other": "Вы уже в другой группе: сначала выйдите из неё.",
        "group_others": "Это предложение для других.",
        "group_places": (
            "Все группы, которые могут копить на это, уже начали. Вы можете присоединиться "
            "к той, куда вас пригласили."
        ),
        "group_closed": "Присоединиться или начать больше нельзя.",
        "coupon_missing": "Введите код.",
        "coupon_none": "Такого кода здесь нет. Проверьте, что вы ввели.",
        "coupon_over": "Этот код больше не действует.",
        "coupon_not_now": "Сейчас этот код не действует.",
        "coupon_used": "Этот код уже использован столько раз, сколько можно.",
        "coupon_at_till": "Этот код действует на кассе: покажите его там вместе с картой.",
        "coupon_refused": (
            "Этот код сейчас нельзя применить к этой карте. Обратитесь к сотрудникам."
        ),
        "receipt_missing": "Введите номер, сумму и дату так, как они указаны в чеке.",
        "receipt_not_found": (
            "Чек с таким номером, суммой и датой не ждёт своего покупателя. Проверьте данные или "
            "обратитесь к сотрудникам."
        ),
        "leave_sure": "Отметьте, что понимаете, что пропадёт.",
        "code_missing": "Введите код из сообщения.",
        "code_wrong": "Это не тот код, который мы отправили для этой карты. Проверьте, пожалуйста.",
        "code_used_up": "Слишком много попыток. Запросите новый код.",
        "code_expired": "Этот код больше не действует. Запросите новый.",
    },
}

DESIGNS: Mapping[str, str] = {
    # What designs say beside the card fields, by key; a design may word any of it otherwise.
    "news": "Новости",
    "message_changed": "%@",
    "no_news": "Пока ничего нового",
    "about": "О программе",
    "join": "Правила и участие",
    "member_name": "Участник",
    "card_number": "Номер карты",
    "climb": "Ваш путь",
    "silver": "Серебро",
    "gold": "Золото",
}
