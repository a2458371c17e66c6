import type { MapNode, NodePath, Place } from "../source/node.ts";

/** One check as it stands before it is read: full form, or what a short form expands to. */
export type CheckBlock = Readonly<{
  id: string;
  keyPlace: Place;
  /** The block with its templates under it. */
  node: MapNode;
  /** Path of the block, or of the short form it comes from, with what its own keys are called there. */
  pathOf: (path: NodePath) => NodePath;
  /** Required labels it need not have. */
  exempt: readonly string[];
}>;
