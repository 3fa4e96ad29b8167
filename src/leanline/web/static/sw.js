// The service worker: pages that work without a network, and recordings that are sent later.
// The server puts BUILD (a name that changes with any of the files) and FILES above this text.
import { sendAll } from "/static/js/outbox.js";

const CACHE = `leanline-${BUILD}`;
const PAGES = ["/record", "/offline"];

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

async function keep() {
  const cache = await caches.open(CACHE);
  await cache.addAll([...FILES, ...PAGES].map((path) => new Request(path, { cache: "reload" })));
}

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOld().then(() => self.clients.claim()));
});

async function forgetOld() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("leanline-") && name !== CACHE).map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, pathname));
  else if (FILES.includes(pathname)) event.respondWith(file(request));
});

/** From the server, so that nothing is stale; what is kept is for when it cannot be reached. */
async function page(request, pathname) {
  try {
    const answer = await fetch(request);
    if (pathname === "/record" && answer.ok && !answer.redirected) await refresh(answer.clone());
    return answer;
  } catch (error) {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(PAGES.includes(pathname) ? pathname : "/offline");
    if (kept) return kept;
    throw error;
  }
}

/** The pages that are kept follow the language and the runners of the last visit. */
async function refresh(record) {
  const cache = await caches.open(CACHE);
  await cache.put("/record", record);
  await cache.add("/offline").catch(() => null);
}

async function file(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(CACHE)).match(request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(sendAll());
});
