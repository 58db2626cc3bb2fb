// Keeps the page itself, so that it opens without a network. Answers of the API are never kept.
const KEPT = "till";
const PAGE = ["/till", "/till/icon.svg", "/till/decoder.js"];
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(PAGE)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const {pathname} = new URL(event.request.url);
  if (event.request.method !== "GET" || !PAGE.includes(pathname)) return;
  event.respondWith(
    fetch(event.request)
      .then((fresh) => {
        if (fresh.ok) { const copy = fresh.clone(); caches.open(KEPT).then((cache) => cache.put(pathname, copy)); }
        return fresh;
      })
      .catch(() => caches.match(pathname)),
  );
});
