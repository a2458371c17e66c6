/** Texts that have become markup, script or confusion somewhere; each must stay text. */
export const hostileTexts: readonly string[] = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "'--><svg/onload=alert(1)>",
  "</title><script>alert(1)</script>",
  "</li></ul><iframe src=//evil.example>",
  "&lt;script&gt;",
  "\u0000<scr\u0000ipt>",
  "javascript:alert(1)",
  "`${alert(1)}`",
  "\u202eevil\u2066",
];
