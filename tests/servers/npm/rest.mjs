// What FHIR's REST says beside the resource itself: headers, addresses of entries, and the way to the next page.

export function capabilities(base, issuer) {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-01-01',
    kind: 'instance',
    implementation: { description: 'Medplum in memory, for tests', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [{ mode: 'server', ...(issuer && { security: { service: [{ text: 'SMART-on-FHIR' }] } }) }],
  };
}

export function headers(base, status, resource) {
  const { versionId, lastUpdated } = resource?.meta ?? {};
  return {
    ...(versionId && { ETag: `W/"${versionId}"` }),
    ...(lastUpdated && { 'Last-Modified': new Date(lastUpdated).toUTCString() }),
    ...(status === 201 && { Location: `${base}/${resource.resourceType}/${resource.id}/_history/${versionId}` }),
  };
}

/** A page with fullUrl and link.next. Where `_count` is missing the engine gives everything at once, so nothing is next. */
export function linked(base, url, bundle) {
  if (bundle?.type !== 'searchset') {
    return bundle;
  }
  for (const entry of bundle.entry ?? []) {
    entry.fullUrl ??= `${base}/${entry.resource.resourceType}/${entry.resource.id}`;
  }
  const self = new URL(base + url);
  bundle.link = [{ relation: 'self', url: self.href }];
  const count = Number(self.searchParams.get('_count'));
  const end = Number(self.searchParams.get('_offset')) + count;
  if (count > 0 && end < bundle.total) {
    self.searchParams.set('_offset', end);
    bundle.link.push({ relation: 'next', url: self.href });
  }
  return bundle;
}
