// The door of the protected FHIR server: SMART's discovery document, and who may do what by the token's scopes.
import { forbidden, unauthorized } from '@medplum/core';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { permits } from './scopes.mjs';

/** The audience of tokens whose client named no resource, as SMART's backend services do not. */
export const AUDIENCE = 'urn:iomt-tui:fhir';

export function guard(fhir, base, issuer, send) {
  const asked = () => fetch(`${issuer}/.well-known/openid-configuration`).then((answer) => answer.json());
  let discovered;
  const discovery = () => (discovered ??= asked());
  let keys;

  fhir.get('/.well-known/smart-configuration', async (request, response) => {
    response.json({
      ...(await discovery()),
      capabilities: ['client-public', 'client-confidential-asymmetric', 'permission-user', 'permission-v2'],
    });
  });

  const refuse = (response, status, outcome, challenge) =>
    send(response.set('WWW-Authenticate', `Bearer realm="fhir"${challenge}`), status, outcome);

  fhir.use(async (request, response, next) => {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (!token) {
      return refuse(response, 401, unauthorized, '');
    }
    keys ??= createRemoteJWKSet(new URL((await discovery()).jwks_uri));
    let claims;
    try {
      claims = (await jwtVerify(token, keys, { issuer, audience: [base, AUDIENCE], typ: 'at+jwt' })).payload;
    } catch (error) {
      return refuse(response, 401, unauthorized, `, error="invalid_token", error_description="${error.code}"`);
    }
    request.scopes = String(claims.scope ?? '').split(' ');
    return next();
  });
}

/** After the body was read, since a Bundle asks for what its entries ask for; it is refused as a whole. */
export function scoped(send) {
  return (request, response, next) => {
    const { method, url, body, scopes } = request;
    const entries = method === 'POST' && url.split('?')[0] === '/' ? (body?.entry ?? []) : [{ request: { method, url } }];
    const missing = entries.find((entry) => !permits(scopes, entry.request?.method, entry.request?.url));
    if (!missing) {
      return next();
    }
    response.set('WWW-Authenticate', 'Bearer realm="fhir", error="insufficient_scope"');
    return send(response, 403, forbidden);
  };
}
