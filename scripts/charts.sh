#!/bin/sh
# Fetch the libraries that draw the charts of `newsbeam report` from npm and put them into newsbeam/report/assets/, as they
# are; of the interpreter, which is a module, the import and the export are turned so that it runs as a plain script.
set -eu
assets=$(cd "$(dirname "$0")/../newsbeam/report/assets" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for package in vega@6.4.0 vega-lite@6.4.3 vega-interpreter@2.3.2 world-atlas@2.0.2; do
    name=${package%@*}
    npm pack --silent "$package" > /dev/null
    mkdir "$name"
    tar xzf "$name"-*.tgz --strip-components 1 -C "$name"
    rm "$name"-*.tgz
    cp "$name/LICENSE" "$assets/LICENSE-$name.txt"
done
cp vega/build/vega.min.js vega-lite/build/vega-lite.min.js world-atlas/countries-110m.json "$assets"
{
    echo '(function () {'
    sed -e "s/^import \(.*\) from 'vega-util';/const \1 = vega;/" \
        -e 's/^export { expression as expressionInterpreter };/vega.expressionInterpreter = expression;/' \
        -e '/^\/\/# sourceMappingURL/d' vega-interpreter/build/vega-interpreter.js
    echo '})();'
} > "$assets/vega-interpreter.js"
cd "$assets"
sha256sum vega.min.js vega-lite.min.js vega-interpreter.js countries-110m.json > SHA256SUMS
