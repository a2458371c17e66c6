/** House rules that no ready linter rule covers; scripts/lint/house-rules.test.ts shows each of them firing. */
const bannedNames = /(?:^|[a-z])(?:Utils?|Helpers?|Manager|Impl|Misc)$|^I[A-Z][a-z]/;

const noBareDate = {
  create(context) {
    return {
      NewExpression(node) {
        if (node.callee.type === "Identifier" && node.callee.name === "Date" && node.arguments.length === 0) {
          context.report({ node, message: "`new Date()` reads the wall clock: take a Clock." });
        }
      },
    };
  },
};

const noBannedNames = {
  create(context) {
    const check = (node) => {
      if (node.id?.type === "Identifier" && bannedNames.test(node.id.name)) {
        context.report({ node, message: `"${node.id.name}" says nothing: name what it does (style: names).` });
      }
    };
    return {
      ClassDeclaration: check,
      FunctionDeclaration: check,
      TSInterfaceDeclaration: check,
      TSTypeAliasDeclaration: check,
    };
  },
};

export default { meta: { name: "house" }, rules: { "no-bare-date": noBareDate, "banned-names": noBannedNames } };
