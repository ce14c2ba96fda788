// Takes out of package-lock.json what names a host: npm itself leaves out where packages are from (.npmrc), but not
// whom their authors would like to be paid by.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const entry of Object.values(lock.packages)) {
  delete entry.funding;
  delete entry.resolved;
}
const text = JSON.stringify(lock, null, 2) + '\n';
if (text.includes('://')) {
  throw new Error('package-lock.json still names a host');
}
writeFileSync(file, text);
