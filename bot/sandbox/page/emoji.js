// The shortcodes an app is likely to send. One that is not here stays text, as in Slack.

const TABLE = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|wave 👋|clap 👏|pray 🙏|handshake 🤝|raised_hands 🙌|ok_hand 👌|muscle 💪|point_right 👉
smile 😄|smiley 😃|slightly_smiling_face 🙂|grinning 😀|joy 😂|wink 😉|thinking_face 🤔|sob 😭|sweat_smile 😅
heart ❤️|tada 🎉|sparkles ✨|star ⭐|fire 🔥|rocket 🚀|zap ⚡|bulb 💡|eyes 👀|gift 🎁|trophy 🏆
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|no_entry ⛔|no_entry_sign 🚫|warning ⚠️
rotating_light 🚨|exclamation ❗|question ❓|information_source ℹ️|sos 🆘|construction 🚧|hourglass ⌛
hourglass_flowing_sand ⏳|stopwatch ⏱️|alarm_clock ⏰|clock1 🕐|clock3 🕒|clock9 🕘|watch ⌚
calendar 📆|date 📅|spiral_calendar_pad 🗓️|calendar_spiral 🗓️|clipboard 📋|memo 📝|pencil 📝|pencil2 ✏️|paperclip 📎|pushpin 📌|bookmark 🔖
link 🔗|lock 🔒|unlock 🔓|key 🔑|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|speech_balloon 💬|thought_balloon 💭
email 📧|envelope ✉️|incoming_envelope 📨|inbox_tray 📥|outbox_tray 📤|telephone_receiver 📞|phone ☎️|iphone 📱
computer 💻|movie_camera 🎥|video_camera 📹|camera 📷|headphones 🎧|microphone 🎤|globe_with_meridians 🌐|earth_americas 🌎|earth_africa 🌍
round_pushpin 📍|world_map 🗺️|house 🏠|office 🏢|seat 💺|airplane ✈️|palm_tree 🌴|coffee ☕|beach_with_umbrella 🏖️|face_with_thermometer 🤒
gear ⚙️|wrench 🔧|hammer_and_wrench 🛠️|mag 🔍|bar_chart 📊|chart_with_upwards_trend 📈|moneybag 💰|credit_card 💳|label 🏷️|package 📦|wastebasket 🗑️
arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrows_counterclockwise 🔄|repeat 🔁|leftwards_arrow_with_hook ↩️|heavy_plus_sign ➕|heavy_minus_sign ➖
sunny ☀️|sunrise 🌅|city_sunset 🌇|crescent_moon 🌙|red_circle 🔴|large_green_circle 🟢|large_yellow_circle 🟡|large_orange_circle 🟠
large_blue_circle 🔵|white_circle ⚪|black_circle ⚫|large_green_square 🟩|large_red_square 🟥|bust_in_silhouette 👤|busts_in_silhouette 👥|robot_face 🤖|crown 👑|ghost 👻
`;

const EMOJI = new Map(
  TABLE.trim()
    .split(/[|\n]/)
    .map((entry) => entry.trim().split(" ")),
);

export const SHORTCODE = /:([a-z0-9_+-]+):(?::skin-tone-\d:)?/g;

/** The character for a shortcode's name without colons, or null. */
export function emoji(name) {
  return EMOJI.get(name) ?? null;
}

/** `text` with the known shortcodes replaced; for plain_text objects. */
export function withEmoji(text) {
  return String(text ?? "").replace(SHORTCODE, (whole, name) => emoji(name) ?? whole);
}
