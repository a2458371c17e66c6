import { AttributeAction, type AttributeSelector, parse, type Selector, SelectorType } from "css-what";
import type { ZodType } from "zod";
import { z } from "zod";

/** One element of a selector: all that it says must hold. */
type Compound = Readonly<{
  name: string | undefined;
  attributes: readonly AttributeSelector[];
  /** How the compound before it is reached; undefined for the first. */
  by: "parent" | "ancestor" | undefined;
  /** Nothing comes after it. */
  isLast: boolean;
}>;

/** A CSS selector that needs no more of a page than an element and those around it. */
export type ElementSelector = Readonly<{
  compounds: readonly Compound[];
  /** Attributes that it asks for. */
  attributes: ReadonlySet<string>;
}>;

/** One bit each. */
const mostCompounds = 30;
const supported = "write names, #ids, .classes and [attributes], with a space or > between, and commas";

/** Reads a selector of names, ids, classes and attributes, joined by a space, `>` and commas. */
export function compileSelector(text: string): ElementSelector | Readonly<{ problem: string }> {
  let parsed: Selector[][];
  try {
    parsed = parse(text);
  } catch {
    return { problem: `"${text}" is no CSS selector; ${supported}` };
  }
  const compounds: Compound[] = [];
  for (const tokens of parsed) {
    const read = readCompounds(tokens);
    if (typeof read === "string")
      return { problem: `"${text}" has ${read}, which is not looked for here; ${supported}` };
    compounds.push(...read);
  }
  if (compounds.length > mostCompounds) return { problem: `a selector has at most ${mostCompounds} parts` };
  const names = compounds.flatMap(({ attributes }) => attributes.map(({ name }) => name));
  return { compounds, attributes: new Set(names) };
}

/** A selector in the config. */
export const selectorSchema: ZodType<ElementSelector, string> = z
  .string()
  .min(1)
  .max(500)
  .transform((text, context) => {
    const compiled = compileSelector(text);
    if (!("problem" in compiled)) return compiled;
    context.addIssue({ code: "custom", message: compiled.problem });
    return z.NEVER;
  });

type Reading = { name: string | undefined; attributes: AttributeSelector[]; by: Compound["by"]; isEmpty: boolean };

function readCompounds(tokens: readonly Selector[]): readonly Compound[] | string {
  let part: Reading = { name: undefined, attributes: [], by: undefined, isEmpty: true };
  const parts = [part];
  for (const token of tokens) {
    if (token.type === SelectorType.Child || token.type === SelectorType.Descendant) {
      const by = token.type === SelectorType.Child ? "parent" : "ancestor";
      part = { name: undefined, attributes: [], by, isEmpty: true };
      parts.push(part);
      continue;
    }
    part.isEmpty = false;
    if (token.type === SelectorType.Tag) part.name = token.name.toLowerCase();
    else if (token.type === SelectorType.Attribute) part.attributes.push({ ...token, name: token.name.toLowerCase() });
    else if (token.type !== SelectorType.Universal) return "name" in token ? `:${token.name}` : signOf(token.type);
  }
  if (parts.some(({ isEmpty }) => isEmpty)) return "nothing on one side of a >";
  return parts.map(({ name, attributes, by }, index) => ({ name, attributes, by, isLast: index === parts.length - 1 }));
}

function signOf(type: SelectorType): string {
  return type === SelectorType.Adjacent ? "a +" : type === SelectorType.Sibling ? "a ~" : type;
}

/** What an element with these attributes is of a selector, and whether it is the whole of it. */
export type Match = Readonly<{
  /** Compounds that the element is, with all that must stand around it. */
  own: number;
  /** The same of it and of all around it. */
  around: number;
  /** It is what the selector means, or stands inside of that. */
  isSelected: boolean;
}>;

export const nothing: Match = { own: 0, around: 0, isSelected: false };

/** Matches an element that stands in another one. */
export function matchElement(
  { compounds }: ElementSelector,
  element: Readonly<{ name: string; attributes: ReadonlyMap<string, string> }>,
  parent: Match,
): Match {
  let own = 0;
  let isSelected = parent.isSelected;
  for (const [index, { name, attributes, by, isLast }] of compounds.entries()) {
    const before = 1 << (index - 1);
    const stands = by === undefined || ((by === "parent" ? parent.own : parent.around) & before) !== 0;
    if (!stands || (name !== undefined && name !== element.name)) continue;
    if (!attributes.every((wanted) => hasAttribute(wanted, element.attributes.get(wanted.name)))) continue;
    own |= 1 << index;
    isSelected ||= isLast;
  }
  return { own, around: parent.around | own, isSelected };
}

function hasAttribute({ action, value: wanted, ignoreCase }: AttributeSelector, given: string | undefined): boolean {
  if (given === undefined) return action === AttributeAction.Not;
  const folded = (text: string): string => (ignoreCase === true ? text.toLowerCase() : text);
  const [value, sought] = [folded(given), folded(wanted)];
  switch (action) {
    case AttributeAction.Exists:
      return true;
    case AttributeAction.Equals:
      return value === sought;
    case AttributeAction.Not:
      return value !== sought;
    case AttributeAction.Element:
      return value.split(/[\t\n\f\r ]+/).includes(sought);
    case AttributeAction.Hyphen:
      return value === sought || value.startsWith(`${sought}-`);
    case AttributeAction.Start:
      return sought !== "" && value.startsWith(sought);
    case AttributeAction.End:
      return sought !== "" && value.endsWith(sought);
    case AttributeAction.Any:
      return sought !== "" && value.includes(sought);
  }
}
