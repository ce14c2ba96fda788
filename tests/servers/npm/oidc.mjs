// An OpenID provider: node oidc.mjs [--port N] [--client-jwks FILE] [--token-seconds N] [--interval N]
//
// Device authorization for the client `ward-terminal`, private_key_jwt for `wall-board`. Any name may sign in at the
// provider's own development forms and is then fhirUser `Practitioner/<name>`. POST /tests/revoke ends every session.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { exportJWK, generateKeyPair } from 'jose';
import Provider, { errors } from 'oidc-provider';
import { AUDIENCE } from './guard.mjs';
import { flags, listen, ready } from './loopback.mjs';
import { grantable } from './scopes.mjs';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const { port, interval, 'token-seconds': seconds = '300', 'client-jwks': jwksFile } = flags(
  'client-jwks', 'token-seconds', 'interval',
);
const { server, origin } = await listen(port);

async function key(alg) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: `test-${alg}` };
}

const none = { redirect_uris: [], response_types: [] };
const terminal = { ...none, client_id: 'ward-terminal', client_name: 'Ward terminal', grant_types: [DEVICE, 'refresh_token'] };
const board = { ...none, client_id: 'wall-board', client_name: 'Wall board', grant_types: ['client_credentials'] };
const clients = [{ ...terminal, token_endpoint_auth_method: 'none' }];
if (jwksFile) {
  const jwks = JSON.parse(readFileSync(jwksFile, 'utf8'));
  clients.push({ ...board, token_endpoint_auth_method: 'private_key_jwt', jwks });
}

/** `nurse-1` is called Nurse 1 and is Practitioner/nurse-1. */
function account(ctx, accountId) {
  const name = accountId.split('-').map((word) => word[0].toUpperCase() + word.slice(1)).join(' ');
  return { accountId, claims: () => ({ sub: accountId, name, fhirUser: `Practitioner/${accountId}` }) };
}

/** Tokens for a FHIR server are signed JWTs. Scopes outside `grantable` are dropped without a word. */
function resourceServer(ctx, resource, client) {
  if (resource !== AUDIENCE && !/^http:\/\/127\.0\.0\.1:\d+\/fhir$/.test(resource)) {
    throw new errors.InvalidTarget();
  }
  return {
    scope: grantable(client.clientId === 'wall-board' ? 'system' : 'user'),
    accessTokenFormat: 'jwt',
    accessTokenTTL: Number(seconds),
    jwt: { sign: { alg: 'ES256' } },
  };
}

const provider = new Provider(origin, {
  clients,
  jwks: { keys: [await key('RS256'), await key('ES256')] },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  findAccount: account,
  scopes: ['openid', 'offline_access', 'fhirUser', 'profile', 'launch', 'launch/patient'],
  claims: { openid: ['sub'], fhirUser: ['fhirUser'], profile: ['name'] },
  conformIdTokenClaims: false, // SMART has fhirUser in the id_token
  enabledJWA: { clientAuthSigningAlgValues: ['ES384', 'RS384'] },
  rotateRefreshToken: true,
  ttl: { DeviceCode: 600, Session: 3600, Grant: 86400, RefreshToken: 86400, Interaction: 600, IdToken: 300 },
  features: {
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    devInteractions: { enabled: true },
    revocation: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => AUDIENCE,
      getResourceServerInfo: resourceServer,
      useGrantedResource: () => true,
    },
  },
});

const grants = new Set();
provider.on('grant.success', (ctx) => grants.add(ctx.oidc.entities.Grant?.jti));
provider.on('server_error', (ctx, error) => console.error(error));
provider.use(async (ctx, next) => {
  if (ctx.method === 'POST' && ctx.path === '/tests/revoke') {
    const known = await Promise.all([...grants].filter(Boolean).map((id) => provider.Grant.find(id)));
    await Promise.all(known.map((grant) => grant?.destroy()));
    ctx.status = 204;
    return;
  }
  await next();
  if (interval && ctx.body?.device_code) {
    ctx.body = { ...ctx.body, interval: Number(interval) };
  }
});

server.on('request', provider.callback());
ready(origin);
