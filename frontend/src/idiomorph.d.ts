declare module "idiomorph/dist/idiomorph.esm.js" {
  interface Options {
    morphStyle?: "outerHTML" | "innerHTML";
    ignoreActiveValue?: boolean;
    callbacks?: {
      beforeNodeMorphed?: (old: Node, fresh: Node) => boolean | void;
      beforeAttributeUpdated?: (name: string, node: Element, kind: "update" | "remove") => boolean | void;
    };
  }
  export const Idiomorph: { morph: (held: Element, fresh: Element, options?: Options) => Node[] };
}

declare module "virtual:numbers.css";
