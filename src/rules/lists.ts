import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Long lists live in `lists/NAME.txt`: one value a line, `#` begins a comment, and the first line
 * is a comment that names source and date. A selection asks for one as `list:NAME`. Files of one
 * name in several folders are one list: an operator's own extends the shipped one.
 */
export class ListCache {
  private readonly folders: readonly string[];
  private readonly known = new Map<string, readonly string[]>();

  constructor(folders: readonly string[]) {
    this.folders = folders;
  }

  /** The values of a list; an error text when it is missing or does not say where it is from. */
  get(name: string): readonly string[] | { error: string } {
    const cached = this.known.get(name);
    if (cached !== undefined) return cached;
    if (!/^[\w-]+$/.test(name)) {
      return { error: `"${name}" is not the name of a list: letters, digits, - and _` };
    }
    const paths = this.folders
      .map((folder) => join(folder, 'lists', `${name}.txt`))
      .filter((candidate) => existsSync(candidate));
    if (paths.length === 0) return { error: `there is no list lists/${name}.txt` };
    const values = new Set<string>();
    for (const path of paths) {
      const lines = readFileSync(path, 'utf8').split(/\r?\n/);
      if (!/^#.*\d{4}-\d{2}/.test(lines[0] ?? '')) {
        return { error: `the first line of ${path} must be "# source, date YYYY-MM-DD"` };
      }
      for (const line of lines) {
        const value = line.replace(/(^|\s)#.*$/, '').trim();
        if (value !== '') values.add(value);
      }
    }
    const list = [...values];
    this.known.set(name, list);
    return list;
  }
}
