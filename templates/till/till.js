// The page at the counter: find a card, do the usual act with one tap, undo it with two.
const told = JSON.parse(document.getElementById("words").textContent);
const at = (id) => document.getElementById(id);
const language = document.documentElement.lang;
const kept = {
  get: (name, other) => { try { return JSON.parse(localStorage.getItem(name)) ?? other; } catch { return other; } },
  set: (name, value) => localStorage.setItem(name, JSON.stringify(value)),
};
const SAME_ACT = 10_000;      // the same card by the same phone within ten seconds is the same act
const UNDONE_WITHIN = 600_000;
const PATIENCE = 15_000;      // an answer that takes longer than this is none
const LATER = [401, 408, 425, 429]; // what is refused so counts once it is asked again
let shop = kept.get("shop", null), card = null, acts = new Map(), last = kept.get("last", []);

const fill = (text, parts) => text.replace(/\{(\w+)\}/g, (_, name) => parts[name]);
const number = (value) => new Intl.NumberFormat(language).format(value);
const id = () => crypto.randomUUID().replaceAll("-", "");
const shown = (element, yes) => { element.hidden = !yes; };
function element(tag, text, more = {}) {
  return Object.assign(document.createElement(tag), {textContent: text, ...more});
}
function say(text, wrong = false) {
  at("said").className = wrong ? "wrong" : "";
  at("said").textContent = text;
  if (text) at("said").scrollIntoView({block: "nearest"});
}

class Refused extends Error {
  constructor(text, status) { super(text); this.status = status; }
}
// Nobody knows whether it counted; ``answered``: there is a network, and the system does not do its part.
class Offline extends Error {
  constructor(answered = false) { super(); this.answered = answered; }
}

async function ask(method, path, body, key) {
  if (practice) return pretend(method, path.split("?")[0], body);
  let reply, answer;
  const stop = new AbortController(), bell = setTimeout(() => stop.abort(), PATIENCE);
  try {
    reply = await fetch(path, {
      method,
      signal: stop.signal,
      headers: {
        Authorization: `Bearer ${kept.get("key", "")}`,
        ...(body ? {"Content-Type": "application/json"} : {}),
        ...(key ? {"Idempotency-Key": key} : {}),
      },
      body: body ? JSON.stringify(body) : undefined,
    });
    answer = await reply.text();
  } catch { throw new Offline(); } finally { clearTimeout(bell); }
  if (reply.status >= 500) throw new Offline(true);
  // A hotel's page that asks for a room number is no answer of ours.
  try { answer = JSON.parse(answer); } catch { throw new Offline(); }
  if (reply.status === 401) { kept.set("key", ""); location.hash = "setup"; }
  if (reply.status === 429 && !answer.code) answer.code = "too_fast"; // the gateway's own words have no code
  if (!reply.ok) throw new Refused(told[answer.code] || told[answer.errors?.[0]?.code] || answer.errors?.[0]?.detail || answer.detail || fill(told.refused, {code: answer.code ?? reply.status}), reply.status);
  if (answer.outcome === "declined") throw new Refused(answer.sentence ?? answer.reason);
  return answer;
}

// What was earned while nothing could be asked: sent in order, each once, when that works again.
const queue = {
  all: () => kept.get("queue", []),
  put(all) { kept.set("queue", all); this.show(); },
  add(job) { this.put([...this.all(), job]); say(told.queued); },
  show() {
    const waiting = this.all().length;
    shown(at("waiting"), waiting > 0);
    at("waiting").textContent = fill(told.waiting, {n: waiting});
  },
  async replay() {
    if (this.busy || practice || !kept.get("key", "")) return;
    this.busy = true;
    try {
      for (let all = this.all(); all.length; all = this.all()) {
        try {
          const done = await earn(all[0]);
          note({...all[0], text: done.text});
          if (at("said").textContent === told.queued) say(done.text);
        } catch (error) {
          if (error instanceof Offline || LATER.includes(error.status)) return;
          say(fill(told.not_counted, {why: error.message}), true);
        }
        this.put(this.all().slice(1));
      }
    } finally { this.busy = false; }
  },
};

// Who has been found by a confirmed number or address earns by it: a card is needed for spending alone.
const whose = (job) => (job.code ? {card_code: job.code} : job.by);

// One earning, however often it is sent: an order of its own id, or stamps with a key of their own.
async function earn(job) {
  if (job.kind === "order") {
    const done = await ask("PUT", `/v1/orders/counter/${job.id}`, {
      version: 1, status: "completed", occurred_at: job.at, currency: shop.currency,
      total: job.total, member: whose(job),
    });
    return {text: fill(told.earned, {n: number(done.points)}), member: done.member};
  }
  const found = job.member ? {member_id: job.member} : await ask("POST", "/v1/members/lookup", {card_code: job.code});
  const done = await ask("POST", `/v1/members/${found.member_id}/stamps`, {count: 1, reason: told.visit}, job.id);
  job.member = found.member_id;
  return {text: fill(told.stamped, {n: number(done.balance)}), balance: done.balance};
}

function note(act) {
  last = [{...act, since: Date.now()}, ...last.filter((one) => one.id !== act.id)].slice(0, 3);
  keep();
  list();
}
function keep() { if (!practice) kept.set("last", last); }

function list() {
  const fresh = last.filter((one) => Date.now() - one.since < UNDONE_WITHIN);
  at("last").replaceChildren(...(fresh.length ? fresh.map((one) => {
    const row = element("li", "");
    row.append(element("span", `${one.name || ""} ${one.text}`.trim()));
    if (one.undone) row.append(element("span", told.undone, {className: "soft"}));
    else {
      const button = element("button", told.undo, {type: "button"});
      button.addEventListener("click", () => tried(button, () => undo(one)));
      row.append(button);
    }
    return row;
  }) : [element("li", told.none, {className: "soft"})]));
}

async function undo(one) {
  if (one.kind === "order") {
    await ask("PUT", `/v1/orders/counter/${one.id}`, {
      version: 2, status: "cancelled", occurred_at: one.at, currency: shop.currency,
      total: 0, member: whose(one),
    });
  } else if (one.kind === "redemption") {
    await ask("POST", `/v1/redemptions/${one.redemption}/undo`, {reason: told.undo_reason});
  } else {
    await ask("POST", `/v1/members/${one.member}/adjustments`, {
      points: -one.points, reason: told.undo_reason, ...(one.pot ? {pot: one.pot} : {}),
    }, `undo-${one.id}`);
  }
  last = last.map((other) => (other.id === one.id ? {...other, undone: true} : other));
  keep();
  acts.clear();
  say(told.undone);
  list();
  if (location.hash === "#scan") at("code").focus(); // a scanner types into it
  if (card && card.code === one.code) await shownAnew();
}

let busy = 0;
async function tried(button, act) {
  if (button?.getAttribute("aria-disabled") === "true") return;
  button?.setAttribute("aria-disabled", "true");
  at("main").setAttribute("aria-busy", String(++busy > 0));
  try { await act(); }
  catch (error) {
    if (error instanceof Offline) say(error.answered ? told.no_answer : told.offline, true);
    else say(error.message, true);
  } finally {
    button?.removeAttribute("aria-disabled");
    at("main").setAttribute("aria-busy", String(--busy > 0));
  }
}

// The id of what a second tap would do again: the same within ten seconds, another one afterwards.
const act = (what) => `${card.code || card.member_id} ${what}`;
function same(what) {
  const name = act(what), known = acts.get(name);
  if (known && Date.now() - known.since < SAME_ACT) return known.id;
  acts.set(name, {id: id(), since: Date.now()});
  return acts.get(name).id;
}
// Done under such an id. Without an answer it may have counted, so that trying later is still the same act.
async function once(what, does) {
  const key = same(what), known = acts.get(act(what));
  try { const done = await does(key); known.since = Date.now(); return done; }
  catch (error) { if (error instanceof Offline) known.since = Infinity; throw error; }
}

// What leads to nobody as a code or phone may be the number on a receipt. One that several tills have printed lets
// the cashier choose; null until they have.
async function bought(text, error) {
  const wrong = error instanceof Refused && [400, 404, 422].includes(error.status);
  if (!wrong || practice || !/\d/.test(text) || text.includes("@") || text.length > 128) throw error;
  const {members} = await ask("POST", "/v1/members/search", {receipt: text});
  const sales = members.flatMap((one) => one.receipts.map((sale) => ({...sale, name: one.first_name || told.nameless})));
  if (!sales.length) throw error;
  if (members.length > 1) { say(told.which_sale); choose(sales); return null; }
  return {order: {source: sales[0].source, id: sales[0].id}};
}
function choose(sales) {
  at("sales").replaceChildren();
  if (!sales.length) return; // whoever practises has no currency
  const amount = new Intl.NumberFormat(language, {style: "currency", currency: shop.currency});
  const day = new Intl.DateTimeFormat(language, {dateStyle: "medium", timeZone: "UTC"});
  at("sales").replaceChildren(...sales.map((one) => {
    const text = [one.name, amount.format(one.total / 10 ** shop.digits), day.format(new Date(one.day)), one.source].join(" · ");
    const button = element("button", text, {type: "button"}), line = element("li", "");
    button.addEventListener("click", () => tried(button, () => find({order: {source: one.source, id: one.id}})));
    line.append(button);
    return line;
  }));
}
const look = (by) => ask("POST", `/v1/members/lookup?language=${language}`, by);

async function find(typed, quietly = false) {
  const text = typed.order ? "" : typed.trim();
  if (!text && !typed.order) return;
  choose([]);
  const by = typed.order ? typed : text.includes("@") ? {email: text}
    : /^\+?[\d\s()./-]{6,}$/.test(text) && text.replace(/\D/g, "").length >= 9 ? {phone: text} : {card_code: text};
  try {
    let known = by, found;
    try { found = await look(by); }
    catch (error) {
      known = await bought(text, error);
      if (!known) return;
      found = await look(known);
    }
    card = {code: known.card_code ?? "", by: known, ...found};
  } catch (error) {
    if (!(error instanceof Offline) || !by.card_code) throw error;
    card = {code: text, by, offline: true, first_name: "", pots: [], rewards: [], says: [told.offline_card]};
  }
  draw();
  if (quietly) return;
  say("");
  if (location.hash === "#card") stand(); else location.hash = "card";
}

// Where a card is shown, whoever types stands on the usual act.
function stand() {
  (shop.act === "stamps" ? at("stamp").querySelector("button") : at("sum")).focus();
}

function draw() {
  at("name").textContent = card.first_name || told.nameless;
  at("level").textContent = [card.level?.name, card.discount ? fill(told.discount, {n: number(card.discount / 100)}) : ""].filter(Boolean).join(" · ");
  at("balances").replaceChildren(...card.pots.flatMap((one) => {
    const group = element("div", "");
    group.append(element("dt", one.name), element("dd", number(one.balance)));
    return [group];
  }));
  const cue = [...card.says];
  if (!card.code && card.rewards.some((one) => one.ready)) cue.push(told.scan_needed);
  if (card.favourite) cue.push(fill(told.favourite, {item: card.favourite}));
  at("says").replaceChildren(...cue.map((one) => element("li", one)));
  shown(at("stamp"), shop.act === "stamps");
  shown(at("amount"), shop.act === "amount");
  shown(at("pay"), false);
  at("currency").textContent = shop.currency;
  at("sum").value = "";
  at("quote").textContent = "";
  at("rewards").replaceChildren(...card.rewards.filter((one) => one.ready && card.code).map((one) => {
    const button = element("button", fill(told.redeem, {reward: one.name, price: number(one.price)}), {type: "button", className: "big"});
    button.addEventListener("click", () => tried(button, () => redeem({reward: one.id}, one.name)));
    return button;
  }));
  shown(at("good"), !card.offline);
}

async function redeem(price, name) {
  const text = fill(told.redeemed, {reward: name});
  await once(`redeem ${JSON.stringify(price)}`, async (key) => {
    const done = await ask("POST", `/v1/redemptions?language=${language}`, {card_code: card.code, ...price}, key);
    note({kind: "redemption", id: key, redemption: done.id, code: card.code, name: card.first_name, text});
  });
  await shownAnew();
  say(text);
  stand(); // the button that was pressed is gone
}
// What was done is done, also where the new balance cannot be had.
async function shownAnew() {
  try { if (card.code) await find(card.code, true); }
  catch (error) { if (!(error instanceof Offline)) throw error; }
}

function minor() {
  const text = at("sum").value.trim().replace(/\s/g, "").replace(",", ".");
  if (!/^\d{1,9}(\.\d*)?$/.test(text)) return 0;
  const [whole, rest = ""] = text.split(".");
  if (rest.length > shop.digits) return 0;
  return Number(whole + rest.padEnd(shop.digits, "0"));
}

let asked = 0;
async function quote() {
  const total = minor(), mine = ++asked;
  shown(at("pay"), false);
  at("quote").textContent = "";
  if (!total || card.offline || !card.code) return;
  const answer = await ask("POST", `/v1/quote?language=${language}`, {card_code: card.code, total});
  if (mine !== asked) return;
  at("quote").textContent = fill(told.quote, {n: number(answer.points)}) + (answer.discount.amount ? ` · ${answer.discount_trace}` : "");
  if (shop.pays && answer.payable.points > 0) {
    shown(at("pay"), true);
    at("pay").textContent = fill(told.pay, {n: number(answer.payable.points)});
    at("pay").onclick = () => tried(at("pay"), () => redeem({points: answer.payable.points, bill: total}, fill(told.points, {n: number(answer.payable.points)})));
  }
}

async function earned(job) {
  try {
    const done = await earn(job);
    note({...job, text: done.text});
    await shownAnew();
    say(done.text);
  } catch (error) {
    if (!(error instanceof Offline)) throw error;
    if (!queue.all().some((one) => one.id === job.id)) queue.add(job);
  }
  location.hash = "scan";
}

at("stamp").addEventListener("submit", (event) => {
  event.preventDefault();
  tried(event.submitter, () => earned({kind: "stamp", id: same("stamp"), code: card.code, member: card.member_id, points: 1, pot: shop.pots.find((one) => one.kind === "stamps")?.id, name: card.first_name, at: new Date().toISOString()}));
});
at("amount").addEventListener("submit", (event) => {
  event.preventDefault();
  const total = minor();
  if (!total) { say(told.no_sum, true); at("sum").focus(); return; }
  if (!card.code && !card.by.phone && !card.by.email) { say(told.scan_needed, true); return; }
  tried(event.submitter, () => earned({kind: "order", id: same(`order ${total}`), total, code: card.code, by: card.by, name: card.first_name, at: new Date().toISOString()}));
});
at("sum").addEventListener("input", () => { quote().catch(() => {}); });
at("gift").addEventListener("submit", (event) => {
  event.preventDefault();
  const points = Number(at("points").value.trim()), reason = new FormData(event.target).get("reason");
  if (!Number.isInteger(points) || points < 1) { say(told.no_points, true); return; }
  tried(event.submitter, async () => {
    const text = fill(told.given, {n: number(points)});
    await once(`gift ${points} ${reason}`, async (key) => {
      await ask("POST", `/v1/members/${card.member_id}/gifts`, {points, reason}, key);
      note({kind: "gift", id: key, points, member: card.member_id, code: card.code, name: card.first_name, text});
    });
    event.target.reset();
    at("good").open = false;
    await shownAnew();
    say(text);
    stand();
  });
});
// A scanner types wherever one stands: then it is a card, and its Enter presses nothing else.
const CARD = /1\.[A-Z0-9]{1,4}\.[A-Z2-7]{16}\.[A-Z2-7]{16}$/;
let keys = "";
addEventListener("keydown", (event) => {
  const field = event.target, letter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (letter) {
    keys = (keys + event.key).slice(-80);
    if (location.hash === "#scan" && event.key !== " " && field.type !== "text") at("code").focus();
  }
  if (event.key !== "Enter") { if (!letter && event.key !== "Shift") keys = ""; return; }
  const [typed] = CARD.exec(keys) ?? [];
  keys = "";
  if (!typed || !shop || field.id === "code") return;
  event.preventDefault();
  if (field.tagName === "INPUT") { // what it has typed there was not meant
    let end = typed.length;
    while (end && !field.value.endsWith(typed.slice(0, end))) end -= 1;
    if (end) field.value = field.value.slice(0, -end);
  }
  tried(null, () => find(typed));
}, true);
at("find").addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = at("code").value;
  at("code").value = "";
  // A scanner types: whatever came of this one, the next has to land in the field.
  tried(event.submitter, () => find(typed)).then(() => { if (location.hash === "#scan") at("code").focus(); });
});
// Sent again after an answer that was lost, it is the same guest; changed, it is another one.
let newcomer = {body: "", id: "", code: ""};
at("enrol").addEventListener("submit", (event) => {
  event.preventDefault();
  shown(at("enrolled"), false);
  const body = {first_name: at("first").value, ...(at("phone").value ? {phone: at("phone").value} : {}), consent: at("consent").checked};
  if (newcomer.body !== JSON.stringify(body)) newcomer = {body: JSON.stringify(body), id: id(), code: ""};
  tried(event.submitter, async () => {
    const made = await ask("POST", "/v1/members", body, newcomer.id);
    newcomer = {body: "", id: "", code: made.short_code};
    at("slip").querySelector("b").textContent = [shop.name, body.first_name].filter(Boolean).join(" · ");
    at("slip").querySelector("strong").textContent = made.short_code;
    shown(at("enrolled"), true);
    event.target.reset();
    const known = made.maybe_known.map((one) => one.first_name || told.nameless).join(", ");
    if (known) say(fill(told.maybe_known, {who: known}), true); else say(told.enrolled_said);
    at("open").focus();
  });
});
at("open").addEventListener("click", () => tried(at("open"), () => find(newcomer.code)));
at("print").addEventListener("click", () => print());
at("setup-form").addEventListener("submit", (event) => {
  event.preventDefault();
  tried(event.submitter, () => begin(at("key").value.trim()).catch((error) => {
    throw error.status === 401 ? new Refused(told.key_unknown, 401) : error;
  }));
});
at("forget").addEventListener("submit", (event) => {
  event.preventDefault();
  if (queue.all().length) { say(told.still_waiting, true); return; }
  localStorage.clear();
  location.hash = "setup";
  location.reload();
});

async function begin(key) {
  kept.set("key", key);
  shop = await ask("GET", `/v1/counter?language=${language}`);
  kept.set("shop", shop);
  location.hash = "scan";
  ready();
}

async function shift() {
  at("who").textContent = fill(told.who, {who: shop.who || shop.key});
  at("rules").replaceChildren(...shop.sentences.map((one) => element("li", one)));
  const day = new Date(); day.setHours(0, 0, 0, 0);
  const {acts: done} = await ask("GET", `/v1/keys/${shop.key}/acts?since=${encodeURIComponent(day.toISOString())}&limit=50`);
  at("acts").replaceChildren(...(done.length ? done.map((one) => {
    const row = element("li", "");
    row.append(element("span", told[`act_${one.act}`] ?? one.act), element("span", new Date(one.at).toLocaleTimeString(language, {hour: "2-digit", minute: "2-digit"}), {className: "soft"}));
    return row;
  }) : [element("li", told.no_acts, {className: "soft"})]));
}

// The camera. Where the browser reads no codes by itself, a worker of ours does. A scanner that types, and typing, always work.
async function reader() {
  if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({formats: ["qr_code"]});
    return {read: async (video) => (await detector.detect(video).catch(() => []))[0]?.rawValue, end() {}};
  }
  const worker = new Worker("/till/decoder.js"), canvas = document.createElement("canvas"), side = 480;
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d", {willReadFrequently: true});
  let answer = () => {};
  worker.onmessage = ({data}) => { if (data.type === "qrResult") answer(data.data); };
  worker.onerror = () => answer(null);
  return {
    read: (video) => new Promise((found) => {
      const from = Math.min(video.videoWidth, video.videoHeight);
      if (!from) { found(null); return; }
      context.drawImage(video, (video.videoWidth - from) / 2, (video.videoHeight - from) / 2, from, from, 0, 0, side, side);
      const image = context.getImageData(0, 0, side, side);
      answer = found;
      worker.postMessage({id: 0, type: "decode", data: image}, [image.data.buffer]);
    }),
    end: () => worker.terminate(),
  };
}
let stream = null;
async function watch() {
  if (!navigator.mediaDevices || stream || practice) return;
  try { stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: "environment"}}); }
  catch { stream = null; return; }
  const video = at("camera"), eyes = await reader();
  video.srcObject = stream;
  await video.play();
  shown(video, true);
  shown(at("no-camera"), false);
  let seen = "", seenAt = 0;
  while (stream && location.hash === "#scan") {
    const found = await eyes.read(video);
    if (found && (found !== seen || Date.now() - seenAt > SAME_ACT)) {
      seen = found; seenAt = Date.now();
      await tried(null, () => find(seen));
      break;
    }
    await new Promise((go) => setTimeout(go, 120));
  }
  eyes.end();
  stop();
}
function stop() {
  stream?.getTracks().forEach((one) => one.stop());
  stream = null;
  shown(at("camera"), false);
}

// Practice: a guest who is not there, on this phone alone. Nobody is asked anything, and nothing is kept.
const STEPS = ["find", "act", "undo", "again", "reward", "done"];
let practice = null;
function practise() {
  stop();
  const real = shop, stamps = !real || real.act === "stamps", price = stamps ? 9 : 100;
  practice = {real, last, step: 0, stamps, price, has: price - (stamps ? 1 : 10), sums: new Map()};
  shop = {...real, name: told.practice, act: stamps ? "stamps" : "amount", pays: false, sentences: [],
          currency: real?.currency ?? "", digits: real?.digits ?? 2, pots: [{id: "p", kind: stamps ? "stamps" : "points"}]};
  last = []; card = null; acts.clear();
  at("shop").textContent = shop.name;
  location.hash = "scan";
  coach(); show();
}
function leave() {
  ({real: shop, last} = practice);
  practice = null; card = null; acts.clear();
  say(""); coach();
  if (shop) ready(); else { at("shop").textContent = told.title; location.hash = "setup"; show(); }
}
function coach() {
  shown(at("coach"), Boolean(practice));
  if (practice) at("step").textContent = `${practice.step + 1}/${STEPS.length} · ${told[`practice_${STEPS[practice.step]}`]}`;
}
function done(...steps) {
  if (practice && steps.includes(STEPS[practice.step])) { practice.step += 1; coach(); }
}
async function pretend(method, path, body) {
  const guest = practice;
  if (path.endsWith("/lookup")) {
    if (!guest.step && body.card_code?.toUpperCase() !== "PRACTICE") throw new Refused(told.practice_find);
    done("find");
    return {member_id: "p", first_name: told.practice_name, says: [told.practice_says], discount: 0,
            pots: [{id: "p", name: guest.stamps ? told.practice_stamps : told.practice_points, balance: guest.has}],
            rewards: [{id: "p", name: told.practice_reward_name, price: guest.price, ready: guest.has >= guest.price}]};
  }
  if (path.endsWith("/quote")) return {points: Math.floor(body.total / 10 ** shop.digits), discount: {amount: 0}, payable: {points: 0}};
  if (path.includes("/orders/")) {
    const points = body.version === 1 ? Math.floor(body.total / 10 ** shop.digits) : -(guest.sums.get(path) ?? 0);
    if (body.version === 1 && guest.sums.has(path)) return {points};
    guest.sums.set(path, points); guest.has += points;
    done(...(points < 0 ? ["undo"] : ["act", "again"]));
    return {points};
  }
  if (path.endsWith("/redemptions")) { guest.has -= guest.price; done("reward"); return {id: "p"}; }
  if (path.endsWith("/undo")) { guest.has += guest.price; return {}; }
  if (path.endsWith("/acts")) return {acts: []};
  guest.has += body.points ?? 1;
  done(...(body.points < 0 ? ["undo"] : ["act", "again"]));
  return {balance: guest.has};
}
for (const one of document.querySelectorAll("[data-practise]")) one.addEventListener("click", practise);
at("leave").addEventListener("click", leave);

function ready() {
  at("shop").textContent = shop.name;
  document.title = `${shop.name} · ${told.title}`;
  at("join-code").src = shop.join_url.replace(/^https?:\/\/[^/]+/, "").replace(/\?|$/, (mark) => `/kit/code.svg${mark}`);
  list();
  queue.show();
  show();
  queue.replay();
}

function show() {
  const known = ["scan", "card", "guest", "shift"];
  let place = location.hash.slice(1);
  if (practice) { if (!known.includes(place) || place === "guest" || (place === "card" && !card)) place = "scan"; }
  else if (!kept.get("key", "") || !shop) place = "setup";
  else if (!known.includes(place) || (place === "card" && !card)) place = "scan";
  for (const one of ["setup", ...known]) shown(at(one), one === place);
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${place}`) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
    link.parentElement.hidden = place === "setup";
  }
  if (location.hash !== `#${place}`) history.replaceState(null, "", `#${place}`);
  if (place === "scan") { at("code").focus(); list(); watch(); } else stop();
  if (place === "card") stand();
  if (place === "shift") tried(null, shift);
}

const brought = location.hash.slice(1);
if (brought.startsWith("lk_")) {
  history.replaceState(null, "", "/till");
  tried(null, () => begin(brought));
} else if (kept.get("key", "") && shop) {
  ready();
  ask("GET", `/v1/counter?language=${language}`).then((now) => { shop = now; kept.set("shop", now); ready(); }).catch(() => {});
} else show();
addEventListener("hashchange", show);
for (const link of document.querySelectorAll("nav a")) link.addEventListener("click", () => say(""));
// What was wrong is read by then.
addEventListener("input", () => { if (at("said").className) say(""); });
addEventListener("online", () => {
  if (at("said").textContent === told.offline) say("");
  queue.replay();
});
setInterval(() => queue.replay(), 30_000);
navigator.serviceWorker?.register("/till/worker.js", {scope: "/till"}).catch(() => {});
