// SMART's scopes: which are given out, and what one allows.

const TYPES = ['Patient', 'Observation', 'Encounter', 'Location', 'Group', 'List', 'Device', 'DeviceMetric', 'Practitioner'];
const WRITTEN = ['Task', 'Provenance', 'Communication', 'Flag', 'DetectedIssue', 'AuditEvent'];
const READING = ['r', 's', 'rs', 'read'];
const WRITING = ['c', 'u', 'cu', 'cr', 'ru', 'cru', 'crus', 'crs', 'rus', 'cus', 'write'];

/** What a client is given of its level (`user` or `system`): to read all, to write what alarms need, to delete nothing. */
export function grantable(level) {
  const all = ['*', ...TYPES, ...WRITTEN].flatMap((type) => READING.map((letters) => `${type}.${letters}`));
  const some = [...TYPES, ...WRITTEN].flatMap((type) => WRITING.map((letters) => `${type}.${letters}`));
  return [...all, ...some].map((scope) => `${level}/${scope}`).join(' ');
}

const LETTERS = { read: 'rs', write: 'cud', '*': 'cruds' };

/** Whether the scopes allow `method` on `url`, which is relative to the base. */
export function permits(scopes, method, url = '') {
  const [type, id] = url.replace(/^\//, '').split('?')[0].split('/');
  const search = !id || id === '_search';
  const letter = { GET: search ? 's' : 'r', POST: search && id ? 's' : 'c', PUT: 'u', PATCH: 'u', DELETE: 'd' }[method];
  return scopes.some((scope) => {
    const [, named, letters] = /^(?:user|system)\/(\*|\w+)\.(\*|\w+)$/.exec(scope) ?? [];
    return (named === '*' || named === type) && (LETTERS[letters] ?? letters).includes(letter);
  });
}
