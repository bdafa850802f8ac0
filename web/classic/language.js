// Two languages, chosen by the browser's own or by the link on each page.
const WORDS = {
  en: {
    other: "简体中文",
    signIn: "Sign in", signOut: "Sign out", register: "Register",
    classic: "Keepline as a page of 2013 did it: long polling, and nothing else.",
    name: "Name", password: "Password", displayName: "Shown as", sex: "Sex", age: "Age", email: "E-mail",
    nameRule: "2 to 32 letters, digits, and _ . -", passwordRule: "At least 10 characters",
    emailRule: "Only you see it", optional: "(optional)",
    noAccount: "No account yet?", haveAccount: "Have an account?",
    friends: "Friends", online: "Online", offline: "Offline", others: "Others",
    requests: "Would like to be your friend", accept: "Accept", acceptFrom: "Accept {who}",
    nobodyOnline: "None of your friends is online.",
    addFriend: "Add a friend by name", add: "Add",
    added: "{who} is your friend now.", asked: "{who} has been asked.",
    hint: "Double-click a friend to chat, or press Enter.", openChat: "Double-click to chat",
    back: "Back to friends", messages: "Messages", message: "Message", send: "Send",
    sending: "Sending…", notSent: "Not sent.", retry: "Retry", said: "{who}: {text}", unread: "{count} unread",
    connecting: "Connecting…", away: "Reconnecting…", noAnswer: "The server does not answer. Try again.",
    noMessages: "No messages yet. Say hello.",
    wrong_credentials: "Name and password do not match.",
    too_many_attempts: "Too many attempts. Wait a little, then try again.",
    rate_limited: "That was too fast. Wait a little.",
    name_taken: "This name is taken.", not_found: "Nobody has this name.",
    not_allowed: "That is not possible with this person.", missing_field: "Something is missing.",
    overloaded: "The server is busy. Try again.", storage_full: "The server's disk is full.",
    PassWord: "The password needs at least 10 characters.",
    UserId: "A name is 2 to 32 letters, digits, and _ . -", Age: "Age is a number from 0 to 150.",
    Email: "This is no e-mail address.", Content: "A message has 1 to 16 000 characters.",
  },
  zh: {
    other: "English",
    signIn: "登录", signOut: "退出", register: "注册",
    classic: "像 2013 年的网页那样运行的 Keepline：只用长轮询。",
    name: "用户名", password: "密码", displayName: "显示名称", sex: "性别", age: "年龄", email: "电子邮箱",
    nameRule: "2 到 32 个字母、数字或 _ . -", passwordRule: "至少 10 个字符",
    emailRule: "只有你自己能看到", optional: "（选填）",
    noAccount: "还没有账号？", haveAccount: "已有账号？",
    friends: "好友", online: "在线", offline: "离线", others: "其他人",
    requests: "想加你为好友", accept: "接受", acceptFrom: "接受 {who}",
    nobodyOnline: "没有好友在线。",
    addFriend: "按用户名添加好友", add: "添加",
    added: "{who} 已成为你的好友。", asked: "已向 {who} 发出请求。",
    hint: "双击好友开始聊天，或按回车键。", openChat: "双击开始聊天",
    back: "返回好友列表", messages: "消息", message: "消息", send: "发送",
    sending: "正在发送…", notSent: "未发送。", retry: "重试", said: "{who}：{text}", unread: "{count} 条未读",
    connecting: "正在连接…", away: "正在重新连接…", noAnswer: "服务器没有回应，请重试。",
    noMessages: "还没有消息，打个招呼吧。",
    wrong_credentials: "用户名和密码不匹配。",
    too_many_attempts: "尝试次数过多，请稍后再试。",
    rate_limited: "操作太快，请稍候。",
    name_taken: "这个用户名已被使用。", not_found: "没有这个用户名。",
    not_allowed: "无法对此人进行这个操作。", missing_field: "缺少内容。",
    overloaded: "服务器繁忙，请重试。", storage_full: "服务器磁盘已满。",
    PassWord: "密码至少需要 10 个字符。",
    UserId: "用户名为 2 到 32 个字母、数字或 _ . -", Age: "年龄为 0 到 150 的数字。",
    Email: "这不是有效的电子邮箱。", Content: "消息为 1 到 16 000 个字符。",
  },
};

const chosen = localStorage.getItem("keepline.language");
export const language = chosen ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");
const words = WORDS[language] ?? WORDS.en;

/** The words for `key`, with {name} replaced by values.name. */
export function t(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** What to tell a person about an answer that was refused. */
export function reason(answer) {
  return words[answer.ResponseError] ?? words[answer.ResponseField] ?? answer.ResponseDetails;
}

/** Translates the page and its link to the other language. */
export function translate() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-t-label]")) node.ariaLabel = t(node.dataset.tLabel);
  for (const node of document.querySelectorAll("[data-t-placeholder]")) node.placeholder = t(node.dataset.tPlaceholder);

  const link = document.getElementById("language");
  link.textContent = t("other");
  link.lang = language === "zh" ? "en" : "zh-CN";
  link.addEventListener("click", () => {
    localStorage.setItem("keepline.language", language === "zh" ? "en" : "zh");
    location.reload();
  });
}
