// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/decimal.h"
#include "model/recipe/dialects/pythonsteps.h"
#include "model/recipe/dialects/pythontext.h"
#include "model/recipe/selectorcompiled.h"

#include <QCoreApplication>

namespace {
using Text = Result<std::string>;

/// All rows that `where` selects become what an expression over `key`, `value` and `found` makes of them.
Text change(const PythonStep &step, const std::string &expression)
{
    return step.call("change", "lambda key, value, found: " + expression);
}

std::string numberList(const std::vector<qint64> &numbers)
{
    std::string out;
    for (const qint64 number : numbers)
        out += (out.empty() ? "" : ", ") + std::to_string(number);
    return out;
}

Text reshape(const PythonStep &step)
{
    const Node shape = step.node("shape");
    if (!shape.isList()) {
        step.use("wanted");
        step.use("reshape");
        return change(step, "reshape(value, table.wanted().get(key))");
    }
    const Selector where = step.selector();
    bool asksTarget = false;
    std::string sizes;
    for (const Node &item : shape.items) {
        const Text size = pythonSize(item.text, scopeOf(where), asksTarget);
        if (!size)
            return size;
        sizes += (sizes.empty() ? "" : ", ") + *size;
    }
    if (asksTarget)
        step.use("wanted");
    const std::string reshaped = "value.reshape(" + (sizes.empty() ? "()" : sizes) + ')';
    return change(step, reshaped + (asksTarget ? " if table.wants(key) else value" : ""));
}

Text permute(const PythonStep &step)
{
    const std::string dims = numberList(step.numbers("dims"));
    return change(step, "value.permute(" + (dims.empty() ? "()" : dims) + ')');
}

Text transpose(const PythonStep &step)
{
    const std::string dims = numberList(step.numbers("dims"));
    if (!step.has("only-if-needed"))
        return change(step, "value.transpose(" + dims + ')');
    step.use("transpose");
    step.use("wanted");
    return change(step, "transpose(value, (" + dims + "), table.wanted().get(key))");
}

Text squeeze(const PythonStep &step)
{
    step.use("squeeze");
    return change(step, "squeeze(value, " + step.text("dim") + ')');
}

Text unsqueeze(const PythonStep &step)
{
    return change(step, "value.unsqueeze(" + step.text("dim") + ')');
}

Text flatten(const PythonStep &step)
{
    step.use("flatten");
    return change(step, "flatten(value, " + step.text("start") + ", " + step.text("end") + ')');
}

Text slice(const PythonStep &step)
{
    step.use("sliced");
    const std::string stop = step.text("stop"), by = step.text("step");
    return change(step,
                  "sliced(value, " + step.text("dim") + ", " + step.text("start") + ", "
                      + (stop == "end" ? "None" : stop) + (by == "1" ? "" : ", " + by) + ')');
}

Text select(const PythonStep &step)
{
    const Node index = step.node("index");
    if (index.isList()) {
        step.use("picked");
        return change(step, "picked(value, " + step.text("dim") + ", [" + numberList(step.numbers("index")) + "])");
    }
    if (!parseInteger(index))
        return Error{Error::Kind::BadRecipe, QCoreApplication::translate("Export", "its numbers are in a file.")};
    return change(step, "value.select(" + step.text("dim") + ", " + index.text + ')');
}

Text flip(const PythonStep &step)
{
    return change(step, "value.flip(" + step.text("dim") + ')');
}

Text roll(const PythonStep &step)
{
    const std::string shift = step.text("shift"), dim = step.text("dim");
    if (shift != "half")
        return change(step, "value.roll(" + shift + ", " + dim + ')');
    step.use("half");
    return change(step, "half(value, " + dim + ')');
}

Text interleave(const PythonStep &step)
{
    step.use("interleave");
    return change(step,
                  "interleave(value, " + step.text("parts") + ", " + step.text("dim")
                      + (step.has("inverse") ? ", inverse=True)" : ")"));
}

Text ropePermute(const PythonStep &step)
{
    const Selector where = step.selector();
    bool asksTarget = false;
    const Text heads = pythonSize(step.text("heads"), scopeOf(where), asksTarget);
    if (!heads)
        return heads;
    step.use("rope_permute");
    if (asksTarget)
        step.use("wanted");
    const bool toHalf = step.text("direction") == "interleaved-to-half";
    return change(step,
                  "rope_permute(value, " + *heads + ", " + step.text("dim") + ", to_half=" + (toHalf ? "True" : "False")
                      + ')' + (asksTarget ? " if table.wants(key) else value" : ""));
}

Text reduce(const PythonStep &step)
{
    step.use("reduced");
    std::string more = step.has("keep-dim") ? ", keep=True" : "";
    for (const char *field : {"compute", "result"}) {
        if (step.has(field))
            more += std::string(", ") + field + "=" + pythonText(step.text(field));
    }
    return change(step, "reduced(value, " + pythonText(step.text("op")) + ", " + step.text("dim") + more + ')');
}

Text arithmetic(const PythonStep &step)
{
    const Selector where = step.selector();
    const auto slot = [](int number) { return "found[" + std::to_string(number) + ']'; };
    std::string list;
    for (const Node &item : step.node("ops").items) {
        const bool isAlone = item.isScalar();
        const std::string word = isAlone ? item.text : item.entries.front().first;
        std::string operand;
        if (!isAlone) {
            const std::string &written = item.entries.front().second.text;
            const auto name = NameTemplate::compile(written, scopeOf(where), NameTemplate::Escapes::None, Lets::any());
            if (!name)
                return name.error();
            const std::optional<double> number = parseDecimal(written);
            operand = number ? decimalText(*number) : pythonName(*name, slot, Groups::MayLack);
        }
        list +=
            (list.empty() ? "(" : ", (") + pythonText(word) + (isAlone ? "" : ", " + operand) + (isAlone ? ",)" : ")");
    }
    std::string more = step.has("missing-operand") ? ", skip=True" : "";
    more += step.has("consume") ? ", consume=True" : "";
    return step.call("arithmetic", "lambda found: [" + list + ']' + more);
}

Text resizeRows(const PythonStep &step)
{
    const Node map = step.node("map");
    const std::string dim = step.text("dim");
    if (map.isScalar() && !map.text.empty())
        return Error{Error::Kind::BadRecipe, QCoreApplication::translate("Export", "its rows are in a file.")};
    std::string rows = step.text("rows");
    if (map.isList()) {
        rows.clear();
        for (const Node &row : map.items)
            rows += (rows.empty() ? "[" : ", ") + (row.isNull() ? "None" : row.text);
        rows += ']';
    } else if (rows == "target") {
        step.use("wanted");
        step.use("rows_wanted");
        rows = "rows_wanted(value, table.wanted().get(key), " + dim + ')';
    }
    step.use("resized_rows");
    return change(step,
                  "resized_rows(value, " + rows + ", " + dim + (step.has("keep") ? ", last=True" : "")
                      + pythonFill(step) + ')');
}

Text inflate(const PythonStep &step)
{
    step.use("inflated");
    std::string frames = step.text("frames");
    const std::string dim = step.text("dim");
    if (frames == "target") {
        step.use("wanted");
        step.use("frames_wanted");
        frames = "frames_wanted(value, table.wanted().get(key), " + dim + ')';
    }
    return change(step, "inflated(value, " + frames + ", " + pythonText(step.text("mode")) + ", " + dim + ')');
}

/// The weights of a matrix, a row after the other; nothing without one.
Text channelWeights(const PythonStep &step)
{
    const Node weights = step.node("weights");
    if (weights.isScalar() && !weights.text.empty())
        return Error{Error::Kind::BadRecipe, QCoreApplication::translate("Export", "its weights are in a file.")};
    std::string rows;
    for (const Node &row : weights.items) {
        std::string numbers;
        for (const Node &number : row.items)
            numbers += (numbers.empty() ? "" : ", ") + pythonDecimal(number.text);
        rows += (rows.empty() ? "[" : ", [") + numbers + ']';
    }
    return rows.empty() ? rows : '[' + rows + ']';
}

Text inChans(const PythonStep &step)
{
    const Text weights = channelWeights(step);
    if (!weights)
        return weights;
    const Node matrix = step.node("weights");
    std::string to = weights->empty() ? step.text("to") : std::to_string(matrix.items.size());
    std::string from = weights->empty() ? step.text("from") : std::to_string(matrix.items.front().items.size());
    std::string chosen = to == "target" ? "None" : to;
    if (to == "target") {
        step.use("wanted");
        step.use("channels_wanted");
        to = "channels_wanted(value, table.wanted().get(key))";
    }
    const std::string base = from == "auto" ? "" : ", base=" + from;
    const std::string mode = weights->empty() ? step.text("mode") : "weights";
    std::string more = base;
    if (mode != "timm")
        more += ", mode=" + pythonText(mode);
    if (!weights->empty())
        more += ", weights=" + *weights;
    if (step.has("layout"))
        more += ", layout=" + pythonText(step.text("layout"));
    step.use("in_chans");
    const std::string expression = "lambda key, value, found: in_chans(value, " + to + more + ')';
    if (step.has("where"))
        return step.call("change", expression);
    step.use("first_convs");
    step.use("change");
    return "table.change(" + expression + ", where=table.first_convs(" + chosen + base + "))";
}

/// What the target wants, what else there is to know, and the size that the step says.
std::string wantedGrid(const PythonStep &step, const std::string &more = {})
{
    if (step.node("to").isList())
        return "None" + more + ", (" + numberList(step.numbers("to")) + ')';
    step.use("wanted");
    return "table.wanted().get(key)" + more;
}

/// `, grid=(7, 7)` of a field that is a grid; nothing where it is a word.
std::string gridArgument(const PythonStep &step, std::string_view field, const std::string &name)
{
    return step.node(field).isList() ? ", " + name + "=(" + numberList(step.numbers(field)) + ')' : std::string();
}

/// `, NAME='word'`, `, NAME=True` or `, NAME=3` of each field that is not at its default.
std::string given(const PythonStep &step,
                  std::initializer_list<std::pair<std::string_view, std::string_view>> fieldsAndNames)
{
    std::string out;
    for (const auto &[field, name] : fieldsAndNames) {
        if (!step.has(field))
            continue;
        const std::string text = step.text(field);
        const bool isNumber = bool(parseInteger(Node::scalar(text)));
        const bool isFlag = text == "true" || text == "false";
        out += ", " + std::string(name) + '='
            + (isNumber     ? text
                   : isFlag ? (text == "true" ? "True" : "False")
                            : pythonText(text));
    }
    return out;
}

Text resizePosEmbed(const PythonStep &step)
{
    step.use("resized_pos_embed");
    std::string more = gridArgument(step, "from", "grid") + ", beside=table.tokens_beside(key)"
        + given(step,
                {{"preset", "preset"},
                 {"prefix-tokens", "prefix"},
                 {"layout", "layout"},
                 {"method", "method"},
                 {"antialias", "antialias"},
                 {"align-corners", "corners"}});
    if (step.has("crop"))
        more += step.text("crop") == "none" ? ", crop=False" : ", crop=True";
    return change(step, "resized_pos_embed(value, " + wantedGrid(step) + more + ')');
}

Text resizePatchEmbed(const PythonStep &step)
{
    step.use("resized_patch_embed");
    return change(step,
                  "resized_patch_embed(value, " + wantedGrid(step)
                      + given(step,
                              {{"method", "method"},
                               {"interpolation", "interpolation"},
                               {"antialias", "antialias"},
                               {"layout", "layout"}})
                      + ')');
}

Text resizeRelPosBias(const PythonStep &step)
{
    step.use("resized_table");
    return change(step,
                  "resized_table(value, " + wantedGrid(step, ", key") + gridArgument(step, "from", "window")
                      + given(step, {{"method", "method"}, {"layout", "layout"}, {"extra-rows", "extra"}}) + ')');
}

Text cast(const PythonStep &step)
{
    const std::string overflow = step.text("overflow");
    std::string arguments = "torch." + step.text("dtype");
    if (step.text("only") == "all")
        arguments += ", only_floats=False";
    if (overflow != "infinity") {
        const std::string convert = overflow == "clamp" ? "clamped" : "fitting";
        step.use(convert);
        arguments += ", convert=" + convert;
    }
    return step.call("cast", arguments);
}
}

Result<std::string> pythonSize(std::string_view text, const CaptureScope &scope, bool &asksTarget)
{
    std::vector<std::string> slots;
    const auto resolve = [&](std::string_view name) -> Result<int> {
        if (const std::size_t bracket = name.find('['); bracket != std::string_view::npos) {
            const bool isInput = name.starts_with("in");
            asksTarget = asksTarget || !isInput;
            slots.push_back((isInput ? "value.shape" : "table.wanted()[key].shape")
                            + std::string(name.substr(bracket)));
        } else if (const Capture *capture = scope.find(name)) {
            slots.push_back("int(found[" + std::to_string(capture->slot) + "])");
        } else {
            return Error{Error::Kind::BadRecipe, {}}; // then `let` gave it
        }
        return int(slots.size()) - 1;
    };
    if (text.size() > 1 && text.front() == '{' && text.back() == '}')
        text = text.substr(1, text.size() - 2);
    const Result<Arithmetic> number = Arithmetic::parse(text, Arithmetic::Grammar::Value, resolve, Lets::any());
    if (!number)
        return number.error();
    return pythonNumber(*number, [&](int slot) { return slots[std::size_t(slot)]; });
}

std::span<const PythonWriter> pythonValueSteps()
{
    static constexpr PythonWriter writers[] = {{"cast", cast},
                                               {"reshape", reshape},
                                               {"permute", permute},
                                               {"transpose", transpose},
                                               {"squeeze", squeeze},
                                               {"unsqueeze", unsqueeze},
                                               {"flatten", flatten},
                                               {"slice", slice},
                                               {"select", select},
                                               {"flip", flip},
                                               {"roll", roll},
                                               {"interleave", interleave},
                                               {"rope-permute", ropePermute},
                                               {"reduce", reduce},
                                               {"arithmetic", arithmetic},
                                               {"resize-rows", resizeRows},
                                               {"inflate", inflate},
                                               {"in-chans", inChans},
                                               {"resize-pos-embed", resizePosEmbed},
                                               {"resize-patch-embed", resizePatchEmbed},
                                               {"resize-rel-pos-bias", resizeRelPosBias}};
    return writers;
}
