import { parseSync } from 'oxc-parser';

/** An example as it stands in a comment or a page, with the line of its source that it begins on. */
export interface Example {
  /** What it documents: the exported name, or the page. */
  readonly subject: string;
  readonly line: number;
  readonly code: string;
}

const FENCE = /^[ \t]*```(?:ts|typescript|js|javascript)\b[^\n]*\n([\s\S]*?)^[ \t]*```/gm;
const MARK = /\/\/\s*=>/;

function fencedBlocks(text: string): { code: string; offset: number }[] {
  return [...text.matchAll(FENCE)].map((match) => {
    const code = match[1] ?? '';
    return { code, offset: match.index + match[0].indexOf('\n') + 1 };
  });
}

function linesBefore(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length - 1;
}

/** Name of the declaration that follows a doc comment: `export function relu(` gives `relu`. */
function subjectAfter(text: string, offset: number): string {
  const following = text.slice(offset, offset + 400);
  const declared =
    /^\s*(?:export\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:const|let|function\*?|class|interface|type)\s+([\w$]+)/.exec(
      following,
    );
  const member = /^\s*(?:(?:static|override|readonly|async|get|set|public|private|protected)\s+)*\*?([\w$]+)/.exec(
    following,
  );
  return declared?.[1] ?? member?.[1] ?? 'module';
}

/** Text after each `@example` of a comment whose star margin is already taken off. */
function exampleBodies(comment: string): { body: string; offset: number }[] {
  return [...comment.matchAll(/^@example\b[ \t]*([\s\S]*?)(?=^@[a-zA-Z]|$(?![\s\S]))/gm)].map((match) => ({
    body: match[1] ?? '',
    offset: match.index + match[0].length - (match[1] ?? '').length,
  }));
}

/** Examples with a `// =>` in the TSDoc comments of a TypeScript source. */
export function examplesOfSource(file: string, text: string): Example[] {
  const { comments } = parseSync(file, text);
  return comments
    .filter((comment) => comment.type === 'Block' && comment.value.startsWith('*'))
    .flatMap((comment) => {
      const plain = comment.value.slice(1).replace(/^[ \t]*\* ?/gm, '');
      const firstLine = linesBefore(text, comment.start) + 1;
      const subject = subjectAfter(text, comment.end);
      return exampleBodies(plain).flatMap(({ body, offset }) => {
        const blocks = body.includes('```') ? fencedBlocks(body) : [{ code: body, offset: 0 }];
        return blocks
          .filter(({ code }) => MARK.test(code))
          .map(({ code, offset: within }) => ({
            subject,
            line: firstLine + linesBefore(plain, offset + within),
            code,
          }));
      });
    });
}

/** Examples with a `// =>` in the fenced TypeScript of a Markdown page. */
export function examplesOfMarkdown(file: string, text: string): Example[] {
  return fencedBlocks(text)
    .filter(({ code }) => MARK.test(code))
    .map(({ code, offset }) => ({ subject: file, line: linesBefore(text, offset) + 1, code }));
}
