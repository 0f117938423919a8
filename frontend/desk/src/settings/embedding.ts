/** The lines that a site's own pages need. */

/** Goes into every page, before `</body>`. */
export function loaderCode(origin: string, slug: string): string {
  return `<script src="${origin}/widget/loader.js" data-workspace="${slug}" async></scr${'ipt'}>`;
}

/** Says who is signed in on the site; the token is made and signed by the site's own server. */
export function identifyCode(): string {
  return [
    '// token: a JWT with sub, aud, jti and exp (at most one hour ahead),',
    '// signed by your server with an identity secret (HS256)',
    'window.Alongside.identify(token);',
    '',
    '// when they sign out of your site',
    'window.Alongside.forget();',
  ].join('\n');
}
