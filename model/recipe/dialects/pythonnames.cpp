// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/checkpoint/rootchoice.h"
#include "model/recipe/dialects/pythonsteps.h"
#include "model/recipe/dialects/pythontext.h"
#include "model/recipe/pairsfile.h"
#include "model/recipe/steps/letspec.h"
#include "model/recipe/steps/renamerule.h"
#include "model/recipe/steps/support.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <functional>

namespace {
using namespace Qt::StringLiterals;

QString tr(const char *text)
{
    return QCoreApplication::translate("Export", text);
}

using Text = Result<std::string>;
using Texts = std::vector<std::string>;

/// What a rule may use beside its own captures: the match that Python calls `name`.
struct Outer
{
    std::string name;
    const Selector &selector;
};

/// An expression for the new key; None where the rule does not match.
Text ruleText(const RenameRule &rule, const std::vector<Outer> &outer, PythonPieces &pieces)
{
    const Result<std::optional<RenameRule::Pattern>> pattern = rule.pattern();
    if (!pattern)
        return pattern.error();
    CaptureScope scope = *pattern ? (*pattern)->scope : CaptureScope();
    const int own = scope.slotCount;
    for (const Outer &one : outer)
        scope.append(scopeOf(one.selector));
    const auto escapes = rule.regex ? NameTemplate::Escapes::Python : NameTemplate::Escapes::None;
    const Result<NameTemplate> to = NameTemplate::compile(rule.to, scope, escapes, Lets::any());
    if (!to)
        return to.error();
    const auto slot = [&](int number) {
        if (number < own)
            return "m[" + std::to_string(number) + ']';
        number -= own;
        std::size_t at = 0;
        while (number >= scopeOf(outer[at].selector).slotCount)
            number -= scopeOf(outer[at++].selector).slotCount;
        return outer[at].name + '[' + std::to_string(number) + ']';
    };
    const bool mayLack = rule.regex || std::any_of(outer.begin(), outer.end(), [](const Outer &one) {
                             return one.selector.node().find("regex") != nullptr;
                         });
    const Groups groups = mayLack ? Groups::MayLack : Groups::TakePart;
    const bool isOnce = rule.count == RenameCount::First;
    if (!*pattern) {
        const std::string sought = pythonText(rule.given().value_or(std::string()));
        const std::string result = pythonName(*to, slot, groups);
        if (rule.exact)
            return result + " if key == " + sought + " else None";
        const std::string piece = rule.prefix ? "new_prefix" : rule.suffix ? "new_suffix" : "new_text";
        pieces.insert(piece);
        return piece + "(key, " + sought + ", " + result + (isOnce ? ", 1)" : ")");
    }
    pieces.insert("sub");
    const std::optional<std::string> plain = pythonReplacement(*to, own);
    const Result<NamePattern> places = NamePattern::compile(rule.from.value_or(std::string()), rule.at);
    const std::string sought = rule.regex ? pythonText(*rule.regex) : pythonPattern(*places);
    return "sub(" + sought + ", " + (plain ? *plain : "lambda m: " + pythonName(*to, slot, groups)) + ", key"
        + (isOnce ? ", count=1)" : ")");
}

Result<RenameRule> ruleOf(const std::function<std::optional<Node>(std::string_view)> &field)
{
    const auto maybe = [&](std::string_view name) {
        const std::optional<Node> node = field(name);
        return node ? std::optional(node->text) : std::nullopt;
    };
    RenameRule rule;
    rule.exact = maybe("exact");
    rule.prefix = maybe("prefix");
    rule.suffix = maybe("suffix");
    rule.text = maybe("text");
    rule.regex = maybe("regex");
    rule.from = maybe("from");
    rule.to = maybe("to").value_or(std::string());
    if (const auto node = field("at")) {
        const auto at = Codec<NamePattern::At>::parse(*node);
        if (!at)
            return at.error();
        rule.at = *at;
    }
    if (const auto node = field("count")) {
        const auto count = Codec<RenameCount>::parse(*node);
        if (!count)
            return count.error();
        rule.count = *count;
    }
    return rule;
}

Text rename(const PythonStep &step)
{
    const auto rule =
        ruleOf([&](std::string_view name) { return step.has(name) ? std::optional(step.node(name)) : std::nullopt; });
    if (!rule)
        return rule.error();
    const Selector where = step.selector();
    const Text expression = ruleText(*rule, {{"found", where}}, step.pieces());
    if (!expression)
        return expression;
    const std::string place = step.text("place");
    const std::string moved = place == "start" ? ", place=-1" : place == "end" ? ", place=1" : "";
    const Text selected = step.where();
    step.use("rename");
    return selected ? Text("table.rename(lambda key, found: " + *expression + *selected + moved + ')') : selected;
}

Text renameGroup(const PythonStep &step)
{
    const Selector where = step.selector();
    std::string out = "table.rename_group([\n";
    const Node rules = step.node("rules");
    for (const Node &item : rules.items) {
        const auto rule = ruleOf([&](std::string_view name) {
            const Node *node = item.find(name);
            return node ? std::optional(*node) : std::nullopt;
        });
        const Node *given = item.find("only");
        const Result<Selector> only = given ? Selector::parse(*given) : Selector();
        if (!rule || !only)
            return rule ? only.error() : rule.error();
        const Text expression = ruleText(*rule, {{"own", *only}, {"found", where}}, step.pieces());
        const Text selected = pythonWhere(*only, step.pieces());
        if (!expression || !selected)
            return expression ? selected : expression;
        out += "    (lambda key, own, found: " + *expression + ",\n     " + (selected->empty() ? "None" : *selected)
            + "),\n";
    }
    step.use("rename_group");
    const Text selected = step.where();
    if (!selected)
        return selected;
    return out + ']' + *selected + (step.text("mode") == "chain" ? ", chain=True)" : ")");
}

Text renameTable(const PythonStep &step)
{
    const std::string file = step.text("file");
    const auto pairs = file.empty() ? Codec<NamePairs>::parse(step.node("pairs"))
                                    : readPairs(QString::fromStdString(file), QFileInfo(step.recipeFile()).path());
    if (!pairs)
        return pairs.error();
    step.use("rename_table");
    const std::string unknown = step.text("unknown");
    return "table.rename_table(" + pythonPairs(*pairs) + (unknown == "keep" ? "" : ", unknown=" + pythonText(unknown))
        + ')';
}

Text pairs(const PythonStep &step)
{
    const auto pairs = Codec<NamePairs>::parse(step.node("pairs"));
    step.use("pairs");
    return pairs ? Text("table.pairs(" + pythonPairs(*pairs) + ')') : pairs.error();
}

Text removePrefix(const PythonStep &step)
{
    step.use("without_prefix");
    const std::string times = step.text("times");
    const std::string often = times == "1" ? "" : ", times=" + (times == "all" ? "0" : times);
    const std::string every = step.has("only-if") ? ", every=lambda key: True" : "";
    return step.call(
        "rename", "lambda key, found: without_prefix(key, " + pythonList(step.texts("prefix")) + often + ')' + every);
}

Text addPrefix(const PythonStep &step)
{
    const std::string prefix = step.text("prefix");
    if (prefix.empty())
        return step.call("rename", "lambda key, found: None");
    const std::string unless =
        step.has("only-if-absent") ? " if not key.startswith(" + pythonText(prefix) + ") else None" : "";
    return step.call("rename", "lambda key, found: " + pythonText(prefix) + " + key" + unless);
}

Text keepPrefix(const PythonStep &step)
{
    step.use("keep_prefix");
    return "table.keep_prefix(" + pythonText(step.text("prefix")) + (step.has("empty") ? ", may_be_empty=True)" : ")");
}

Text stripWrappers(const PythonStep &step)
{
    const std::string preset = step.text("preset");
    step.use("rename");
    if (preset != "all") {
        step.use("cut_parts");
        const Texts parts = preset == "timm" ? Texts{"_orig_mod", "module", "_orig_mod"} : Texts{"module"};
        return "table.rename(lambda key, found: cut_parts(key, " + pythonList(parts)
            + (preset == "timm" ? "))" : "), every=bool)");
    }
    step.use("strip_wrappers");
    return "table.rename(lambda key, found: strip_wrappers(key, " + pythonList(step.texts("leading")) + ",\n        "
        + pythonList(step.texts("anywhere")) + (step.has("repeat") ? ", repeat=False)" : ")")
        + (step.has("only-if") ? ", every=bool)" : ")");
}

Text renumber(const PythonStep &step)
{
    const Result<NamePattern> pattern = NamePattern::compile(step.text("at"), NamePattern::At::Start);
    if (!pattern)
        return pattern.error();
    int number = 0;
    for (const Capture &capture : pattern->scope().captures)
        number = capture.kind == Capture::Kind::Integer ? capture.slot : number;
    std::string others;
    for (const Capture &capture : pattern->scope().captures)
        others += capture.slot == number ? "" : (others.empty() ? "" : ", ") + std::to_string(capture.slot);
    std::string order;
    if (step.text("order") == "reverse")
        order = ", order='reverse'";
    else if (step.has("order"))
        order = ", order=" + textOf(step.node("order"));
    step.use("renumber");
    return "table.renumber(" + pythonPattern(*pattern) + ", " + std::to_string(number) + ", [" + others + ']' + order
        + (step.has("shift") ? ", shift=" + step.text("shift") : "") + ')';
}

/// `drop` and `keep`: the body is the selector.
Text select(const PythonStep &step, std::string_view method)
{
    const Text where = pythonSelector(step.selector(), step.pieces());
    step.use(method);
    return where ? Text("table." + std::string(method) + "(lambda key, value: " + *where + ')') : where;
}

Text drop(const PythonStep &step)
{
    return select(step, "drop");
}

Text keep(const PythonStep &step)
{
    return select(step, "keep");
}

Text move(const PythonStep &step)
{
    const Text where = pythonSelector(step.selector(), step.pieces());
    step.use("move");
    const std::string place = step.text("to") == "start" ? "-1" : "1";
    return where ? Text("table.move(lambda key, value: " + *where + ", " + place + ')') : where;
}

/// As detectron2: the code is long, and the runtime has it.
Text matchBySuffix(const PythonStep &step)
{
    step.use("wanted");
    std::string arguments = step.has("shape") ? "any_shape=True" : "";
    for (const auto &[field, said] :
         {std::pair("one-to-many", "allow_copies=True"), std::pair("symmetric", "symmetric=True")})
        arguments += step.has(field) ? (arguments.empty() ? "" : ", ") + std::string(said) : std::string();
    const Text call = step.call("match_by_suffix", arguments);
    if (!call || !arguments.empty() || call->find('(') == call->size() - 2)
        return call;
    return std::string(*call).replace(call->find("(, "), 3, "(");
}

/// Statements that give names to values.
Text let(const PythonStep &step)
{
    step.use("let");
    const Result<LetSpecs> values = Codec<LetSpecs>::parse(step.node("values"));
    if (!values)
        return values.error();
    std::string out;
    for (const LetSpec &spec : values->specs) {
        std::string value;
        if (spec.literal()) {
            value = pythonValue(*spec.literal());
        } else if (spec.kind() == LetSpec::Kind::Ints) {
            value = "table.ints(" + pythonText(spec.text()) + ')';
        } else if (spec.kind() == LetSpec::Kind::Count) {
            const Text where = pythonWhere(spec.selector(), step.pieces());
            if (!where)
                return where;
            value = "table.count_of(" + (where->empty() ? "None" : *where) + ')';
        } else if (spec.kind() == LetSpec::Kind::Expr) {
            const auto none = [](std::string_view) -> Result<int> { return Error{}; };
            const auto number = Arithmetic::parse(spec.text(), Arithmetic::Grammar::Value, none, Lets::any());
            if (!number)
                return number.error();
            value = pythonNumber(*number, [](int) { return std::string(); });
        } else if (spec.kind() == LetSpec::Kind::Attr) {
            return Error{Error::Kind::BadRecipe,
                         tr("it asks for attributes of the target, and a checkpoint or a model does not say them.")};
        } else {
            const auto key = NameTemplate::compile(spec.text(), {}, NameTemplate::Escapes::None, Lets::any());
            if (!key)
                return key.error();
            const bool isTarget = spec.kind() == LetSpec::Kind::TargetDim;
            step.use(isTarget ? "wanted" : "tensor");
            const std::string name = pythonName(*key, {}, Groups::TakePart);
            value = (isTarget ? "table.wanted()[" + name + ']' : "table.tensor(" + name + ')') + ".shape["
                + std::to_string(spec.axis()) + ']';
        }
        out += pythonLet(spec.name()) + " = " + value + '\n';
    }
    return out + "table.given()";
}

Text stop(const PythonStep &step)
{
    step.use("stop");
    const std::string reason = step.text("reason");
    return "table.stop(" + pythonText(reason.ends_with('.') ? reason.substr(0, reason.size() - 1) : reason) + ')';
}

Text root(const PythonStep &step)
{
    step.use("root");
    const std::string missing = step.text("missing");
    const std::string ema = step.has("ema") ? "ema=False" : "";
    const std::string besides = ema.empty() ? "" : ", " + ema;
    if (step.has("unwrap"))
        return "table.unwrap(" + pythonList(step.texts("unwrap")) + (missing == "error" ? ", must=True" : "") + besides
            + ')';
    Texts places;
    if (step.has("first-of")) {
        for (const std::string &text : step.texts("first-of"))
            places.push_back(pythonTuple(parsePath(text)));
    } else if (step.has("path")) {
        const Result<ObjectPath> path = Codec<ObjectPath>::parse(step.node("path"));
        if (!path)
            return path.error();
        if (!path->isAuto)
            places.push_back(pythonTuple(path->components));
    }
    if (places.empty())
        return "table.guess(" + ema + ')';
    std::string list;
    for (const std::string &place : places)
        list += (list.empty() ? "" : ", ") + place;
    const bool isKept = missing.empty() ? step.has("first-of") : missing == "keep";
    return "table.root_at([" + list + ']' + (isKept ? ", keep=True)" : ")");
}

Text join(const PythonStep &step)
{
    std::string out = "table.join([";
    const Node parts = step.node("parts");
    for (const Node &part : parts.items) {
        const Node *place = part.find("root"), *prefix = part.find("prefix"), *file = part.find("file");
        const Result<ObjectPath> path = place ? Codec<ObjectPath>::parse(*place) : ObjectPath{{}, true};
        if (!path)
            return path.error();
        if (path->isAuto)
            return Error{Error::Kind::BadRecipe, tr("one of its parts is the root that would be found (“auto”).")};
        out += (out.ends_with('[') ? "(" : ", (") + pythonTuple(path->components) + ", "
            + pythonText(prefix ? prefix->text : std::string());
        if (file && file->text != "this")
            out += ", " + pythonText(pathFrom(QFileInfo(step.recipeFile()).absolutePath(), file->text));
        out += ')';
    }
    step.use("join");
    return out + ']' + (step.has("clash") ? ", clash=" + pythonText(step.text("clash")) : "") + ')';
}

/// One line per thing that is checked.
class Checks
{
public:
    explicit Checks(const PythonStep &step) : m_step(step) {}

    Text write()
    {
        for (const std::string &name : m_step.texts("exists"))
            add("table.has(" + pythonText(name) + ')', tr("there is no key “%1”.").arg(displayName(name)));
        for (const std::string &name : m_step.texts("absent"))
            add("not table.has(" + pythonText(name) + ')', tr("there is a key “%1”.").arg(displayName(name)));
        if (const Texts prefixes = m_step.texts("any-prefix"); !prefixes.empty())
            add("table.any(lambda key, value: key.startswith(" + pythonTuple(prefixes) + "))",
                tr("no key starts with %1.").arg(joined(codes(prefixes))));
        if (const Texts prefixes = m_step.texts("all-prefix"); !prefixes.empty()) {
            m_step.use("prefixes");
            const std::string outside = "table.outside(" + pythonTuple(prefixes) + ')';
            m_lines += "outside = " + outside + '\n';
            add("outside is None", tr("“%1” does not start with %2.").arg(u"{outside}"_s, joined(codes(prefixes))));
        }
        each("shape", "list({}.shape)", [](const Node &value) { return textOf(value); });
        each("dtype", "{}.dtype", [](const Node &value) { return "torch." + value.text; });
        if (const Result<void> counted = count(); !counted)
            return counted.error();
        m_step.use("assert");
        return m_lines + "table.checked()";
    }

private:
    void add(const std::string &holds, const QString &problem)
    {
        const std::string message = m_step.text("message");
        const std::string said = message.empty() ? problem.toStdString() : message + " (" + problem.toStdString() + ')';
        const bool isFormat = said.find("{outside}") != std::string::npos || said.find("{count}") != std::string::npos;
        m_lines += "table.check(" + holds + ", " + (isFormat ? "f" : "") + quoted(said) + ")\n";
    }

    static std::string quoted(const std::string &said)
    {
        const std::string text = pythonText(said);
        return text.starts_with("r'") ? text.substr(1) : text;
    }

    template<typename Expect>
    void each(std::string_view field, std::string_view have, Expect expect)
    {
        const Node checks = m_step.node(field);
        for (const auto &[name, value] : checks.entries) {
            m_step.use("tensor");
            std::string left(have);
            left.replace(left.find("{}"), 2, "table.tensor(" + pythonText(name) + ')');
            add(left + " == " + expect(value),
                tr("“%1” is not %2.").arg(displayName(name), displayName(textOf(value))));
        }
    }

    Result<void> count()
    {
        const Node node = m_step.node("count");
        if (!node.isMap())
            return {};
        const Node *of = node.find("of");
        const Result<Selector> selector = of ? Selector::parse(*of) : Selector();
        const Text where = selector ? pythonWhere(*selector, m_step.pieces()) : selector.error();
        if (!where)
            return where.error();
        m_lines += "count = table.count(" + *where + ")\n";
        const std::tuple<const char *, const char *, QString> bounds[] = {
            {"is", " == ", tr("%1 keys instead of %2: %3.")},
            {"min", " >= ", tr("%1 keys, fewer than %2: %3.")},
            {"max", " <= ", tr("%1 keys, more than %2: %3.")}};
        for (const auto &[name, sign, problem] : bounds) {
            if (const Node *bound = node.find(name))
                add("count" + (sign + bound->text),
                    problem.arg(u"{count}"_s, QString::fromStdString(bound->text), selector->text()));
        }
        return {};
    }

    const PythonStep &m_step;
    std::string m_lines;
};

Text check(const PythonStep &step)
{
    return Checks(step).write();
}
}

std::span<const PythonWriter> pythonNameSteps()
{
    static constexpr PythonWriter writers[] = {{"let", let},
                                               {"stop", stop},
                                               {"root", root},
                                               {"join", join},
                                               {"strip-wrappers", stripWrappers},
                                               {"remove-prefix", removePrefix},
                                               {"add-prefix", addPrefix},
                                               {"keep-prefix", keepPrefix},
                                               {"rename", rename},
                                               {"rename-group", renameGroup},
                                               {"rename-table", renameTable},
                                               {"renumber", renumber},
                                               {"drop", drop},
                                               {"keep", keep},
                                               {"move", move},
                                               {"match-by-suffix", matchBySuffix},
                                               {"pairs", pairs},
                                               {"assert", check}};
    return writers;
}
