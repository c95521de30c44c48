import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Family } from './family.js';

const FOLDERS = ['attacks', 'innocents'] as const;

/**
 * All families: whatever the files of `attacks/` and `innocents/` export that is one, or a list of
 * them. So a new family is a new file. In order of kind, point and name.
 */
export async function loadFamilies(): Promise<Family[]> {
  const families = new Map<string, Family>();
  for (const folder of FOLDERS) {
    for (const file of filesIn(folder)) {
      const exported: object = await import(new URL(`${folder}/${file}`, import.meta.url).href);
      for (const value of Object.values(exported).flat()) {
        if (!isFamily(value)) continue;
        if (families.has(value.name)) throw new Error(`two families are named "${value.name}"`);
        families.set(value.name, value);
      }
    }
  }
  return [...families.values()].sort(inOrder);
}

function filesIn(folder: string): string[] {
  const path = fileURLToPath(new URL(`${folder}/`, import.meta.url));
  return readdirSync(path).filter((name) => name.endsWith('.js') && !name.endsWith('.test.js'));
}

function isFamily(value: unknown): value is Family {
  return typeof value === 'object' && value !== null && 'build' in value && 'kind' in value;
}

function inOrder(a: Family, b: Family): number {
  return (
    a.kind.localeCompare(b.kind) ||
    a.point - b.point ||
    (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  );
}
