// A call from a web page: SIP over WebSocket to the switch, sound by WebRTC. What the page may dial and
// as whom stands in its JSON block; what it says stands in its HTML, in the visitor's language.
import JsSIP from "jssip";

const page = document.querySelector("[data-web-call]");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
const account = JSON.parse(part("account").textContent);
const words = JSON.parse(part("words").textContent);
let talk = null;
let began = 0;

const phone = new JsSIP.UA({
  sockets: [new JsSIP.WebSocketInterface(account.address)],
  uri: `sip:${account.extension}@${account.domain}`,
  authorization_user: account.extension,
  password: account.password,
  register: false,
  session_timers: false,
  user_agent: "Switchboard web call",
});

/** Shows one state; the page's parts follow from it. */
function show(state, reason = "") {
  const live = state === "ringing" || state === "talking";
  page.dataset.state = part("state").dataset.state = state;
  part("said").textContent = reason || words[state];
  part("call").hidden = live;
  part("controls").hidden = !live;
  part("keys").hidden = state !== "talking";
  part("number").disabled = live;
  if (state !== "talking") part("length").textContent = "";
}

function tick() {
  if (page.dataset.state !== "talking") return;
  const seconds = Math.floor((performance.now() - began) / 1000);
  part("length").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function why(cause) {
  const {USER_DENIED_MEDIA_ACCESS, BUSY, CONNECTION_ERROR, UNAVAILABLE, REJECTED, NOT_FOUND} = JsSIP.C.causes;
  const known = {
    [USER_DENIED_MEDIA_ACCESS]: words.no_microphone,
    [BUSY]: words.busy,
    [UNAVAILABLE]: words.busy,
    [REJECTED]: words.refused,
    [NOT_FOUND]: words.refused,
    [CONNECTION_ERROR]: words.no_connection,
  };
  return known[cause] || words.failed;
}

function call() {
  show("ringing");
  talk = phone.call(part("number").value, {
    mediaConstraints: {audio: true, video: false},
    pcConfig: {iceServers: []},
  });
  talk.connection.addEventListener("track", ({streams}) => { part("sound").srcObject = streams[0]; });
  talk.on("confirmed", () => { began = performance.now(); show("talking"); tick(); });
  talk.on("ended", () => show("ended"));
  talk.on("failed", ({cause}) => show(cause === JsSIP.C.causes.CANCELED ? "ended" : "failed",
    cause === JsSIP.C.causes.CANCELED ? "" : why(cause)));
}

function mute() {
  const muted = !talk.isMuted().audio;
  muted ? talk.mute({audio: true}) : talk.unmute({audio: true});
  part("mute").setAttribute("aria-pressed", String(muted));
  part("mute-words").textContent = muted ? words.unmute : words.mute;
  part("mute-icon").setAttribute("href", part("mute-icon").getAttribute("href").replace(/#.*/, muted ? "#microphone-off" : "#microphone"));
}

const press = (key) => { if (talk?.isEstablished()) talk.sendDTMF(key, {transportType: "RFC2833"}); };

part("call").addEventListener("click", call);
part("hang-up").addEventListener("click", () => { if (!talk.isEnded()) talk.terminate(); });
part("mute").addEventListener("click", mute);
part("keys").addEventListener("click", ({target}) => { if (target.dataset.key) press(target.dataset.key); });
document.addEventListener("keydown", ({key, ctrlKey, altKey, metaKey}) => {
  if (!ctrlKey && !altKey && !metaKey && /^[0-9*#]$/.test(key)) press(key);
});
phone.on("connected", () => { if (!talk) show("ready"); part("call").disabled = false; });
phone.on("disconnected", () => { if (!talk?.isInProgress?.() && !talk?.isEstablished?.()) { part("call").disabled = true; show("failed", words.no_connection); } });
setInterval(tick, 500);
show("connecting");
phone.start();
