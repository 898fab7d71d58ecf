// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/codec.h"
#include "model/recipe/dialects/exportforms.h"
#include "model/recipe/dialects/inverseways.h"
#include "model/recipe/dialects/recipewriter.h"
#include "model/recipe/template.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>

Error noWay(const QString &why)
{
    return {Error::Kind::BadRecipe, why};
}

std::string fieldText(const Step &step, std::string_view field)
{
    const std::optional<Node> node = step.field(field);
    return node ? node->text : std::string();
}

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Export", text);
}

/// Stands for a number that a step counts, in a text with captures; no key has it.
constexpr char countedNumber = '\1';

std::string shown(const std::string &key)
{
    return "“" + displayName(key).toStdString() + "”";
}

bool isLiteral(const std::string &to)
{
    return to.find('{') == std::string::npos;
}

/// `a.{i}` ↔ `b.{i+1}`: the pattern and the result that lead back; nothing when a capture is lost or calculated with.
std::optional<std::pair<std::string, std::string>> turned(const std::string &from, const std::string &to)
{
    const Result<NamePattern> pattern = NamePattern::compile(from, NamePattern::At::Whole);
    if (!pattern || from.find("**") != from.rfind("**"))
        return std::nullopt;
    std::map<std::string, std::string> specs; // `{i:even}` as it stands in `from`
    for (std::size_t at = from.find('{'); at != std::string::npos; at = from.find('{', at + 1)) {
        const std::string inside = from.substr(at + 1, from.find('}', at) - at - 1);
        const std::string name = inside.substr(0, inside.find(':'));
        if (from.substr(at, 2) == "{{" || specs.contains(name))
            return std::nullopt;
        specs[name] = inside;
    }
    std::string back, result = from;
    std::map<std::string, std::string> added;
    for (std::size_t at = 0; at < to.size();) {
        if (to[at] != '{') {
            back += to[at++];
            continue;
        }
        const std::size_t close = to.find('}', at);
        const std::string inside = to.substr(at + 1, close - at - 1);
        const std::size_t sign = inside.find_first_of("+-");
        const std::string name = inside.substr(0, sign);
        const std::string number = sign == std::string::npos ? std::string() : inside.substr(sign + 1);
        const bool isShift = sign == std::string::npos
            || (!number.empty() && number.find_first_not_of("0123456789") == std::string::npos && specs.contains(name)
                && specs[name] == name);
        if (!specs.contains(name) || added.contains(name) || !isShift)
            return std::nullopt;
        back += '{' + specs[name] + '}';
        added[name] = sign == std::string::npos ? name : name + (inside[sign] == '+' ? '-' : '+') + number;
        at = close + 1;
    }
    if (added.size() != specs.size())
        return std::nullopt;
    for (const auto &[name, expression] : added)
        result.replace(result.find('{' + specs[name] + '}'), specs[name].size() + 2, '{' + expression + '}');
    return std::pair(back, result);
}

/// A body of `rename`, or a rule of `rename-group`, the other way round.
Result<Node> turnedRule(const Node &rule, std::string &granted)
{
    const Node *to = rule.find("to");
    for (const char *limit : {"where", "only", "count", "place"}) {
        if (rule.find(limit))
            return noWay(
                tr("its “%1” does not say which of the keys afterwards it was about.").arg(QString::fromLatin1(limit)));
    }
    if (rule.find("regex"))
        return noWay(tr("a regular expression does not say what it matched."));
    if (const Node *from = rule.find("from")) {
        const auto back = turned(from->text, to->text);
        if (!back)
            return noWay(tr("its result does not keep all that it matched."));
        Node node = Node::map({{"from", Node::scalar(back->first)}, {"to", Node::scalar(back->second)}});
        if (const Node *at = rule.find("at"))
            node.entries.emplace_back("at", *at);
        granted = "no key had " + shown(back->first) + " in it, and no number began with 0";
        return node;
    }
    for (const char *kind : {"exact", "prefix", "suffix", "text"}) {
        const Node *sought = rule.find(kind);
        if (!sought)
            continue;
        if (!isLiteral(to->text) || sought->text.find('{') != std::string::npos)
            return noWay(tr("its result is made of captures."));
        const std::string word = kind;
        if (to->text.empty() && word == "text")
            return noWay(tr("what it takes out leaves no trace."));
        granted = word == "exact" ? "there was no key " + shown(to->text)
            : to->text.empty()    ? "every key had " + shown(sought->text)
            : word == "prefix"    ? "no key began with " + shown(to->text)
            : word == "suffix"    ? "no key ended in " + shown(to->text)
                                  : "no key had " + shown(to->text) + " in it";
        return Node::map({{word, *to}, {"to", *sought}});
    }
    return noWay(tr("its rule is not known."));
}

Way rename(const Step &step)
{
    const Node node = printStep(step);
    Back back{"rename", {}, {}};
    const Result<Node> body = turnedRule(node.entries.front().second, back.granted);
    if (!body)
        return body.error();
    back.body = *body;
    return back;
}

Way renameGroup(const Step &step)
{
    if (step.field("where"))
        return noWay(tr("its “where” does not say which of the keys afterwards it was about."));
    const bool isChain = fieldText(step, "mode") == "chain";
    Back back{"rename-group", {}, {}};
    std::vector<Node> rules;
    const std::optional<Node> given = step.field("rules");
    for (const Node &rule : given->items) {
        std::string granted;
        const Result<Node> body = turnedRule(rule, granted);
        if (!body)
            return body.error();
        rules.push_back(*body);
        back.granted += (back.granted.empty() ? "" : ", ") + granted;
    }
    if (isChain)
        std::reverse(rules.begin(), rules.end());
    back.body = Node::list(std::move(rules));
    if (isChain)
        back.body = Node::map({{"rules", back.body}, {"mode", Node::scalar("chain")}});
    else
        back.granted = "no key but those that it renamed had one of its new texts";
    return back;
}

Way removePrefix(const Step &step)
{
    const auto prefixes = parseTexts(*step.field("prefix"));
    if (!prefixes || prefixes->size() != 1 || step.field("times"))
        return noWay(tr("it does not keep which prefix was there, and how often."));
    if (step.field("where"))
        return noWay(tr("its “where” does not say which of the keys afterwards it was about."));
    return Back{"add-prefix", Node::scalar(prefixes->front()), "every key began with " + shown(prefixes->front())};
}

Way addPrefix(const Step &step)
{
    if (step.field("where") || step.field("only-if-absent"))
        return noWay(tr("it leaves some keys, and does not keep which."));
    return Back{"remove-prefix", Node::scalar(fieldText(step, "prefix"))};
}

Way renameTable(const Step &step)
{
    const std::optional<Node> pairs = step.field("pairs");
    if (!pairs)
        return noWay(tr("its table is in a file."));
    Node turned = Node::map({});
    for (const auto &[from, to] : pairs->entries) {
        if (to.isNull())
            return noWay(tr("it drops “%1”.").arg(displayName(from)));
        turned.entries.emplace_back(to.text, Node::scalar(from));
    }
    if (fieldText(step, "unknown") == "drop")
        return noWay(tr("it drops keys."));
    return Back{"rename-table", Node::map({{"pairs", turned}}), "it had all of these keys, and none of the new ones"};
}

Way renumber(const Step &step)
{
    const std::optional<Node> at = step.field("at"), order = step.field("order"), shift = step.field("shift");
    Node body = Node::map({{"at", *at}});
    if (shift && order)
        return noWay(tr("it orders and shifts at once; make it two steps."));
    if (shift) {
        const bool isNegative = shift->text.starts_with('-');
        body.entries.emplace_back("shift", Node::scalar(isNegative ? shift->text.substr(1) : '-' + shift->text));
        return Back{"renumber", body};
    }
    if (order->isScalar())
        return Back{"renumber", Node::map({{"at", *at}, {"order", *order}})};
    const auto numbers = parseIntegers(*order);
    std::vector<Node> back(numbers ? numbers->size() : 0);
    for (std::size_t place = 0; place < back.size(); ++place) {
        const qint64 old = (*numbers)[place];
        if (old < 0 || old >= qint64(back.size()) || !back[std::size_t(old)].isNull())
            return noWay(tr("its order leaves blocks out, or has one twice."));
        back[std::size_t(old)] = Node::scalar(std::to_string(place));
    }
    body.entries.emplace_back("order", Node::list(std::move(back)));
    return Back{"renumber", body, "there were no other blocks"};
}

/// The fields of a step that gathers keys for what another spread, or the other way round; places and inputs kept are
/// not part of a way back.
Result<void> isPlain(const Step &step)
{
    for (const char *field : {"place", "keep-input", "incomplete"}) {
        if (step.field(field))
            return noWay(tr("its “%1” has no way back.").arg(QString::fromLatin1(field)));
    }
    return {};
}

Way split(const Step &step)
{
    if (const Result<void> plain = isPlain(step); !plain)
        return plain.error();
    const auto names = parseTexts(*step.field("to"));
    std::vector<Node> from;
    std::string to;
    for (const std::string &name : names ? *names : std::vector<std::string>()) {
        if (name == "_")
            return noWay(tr("it leaves a part out, which is not in its result."));
        const auto back = turned(fieldText(step, "from"), name);
        if (!back || (!to.empty() && back->second != to))
            return noWay(tr("its results do not keep all that it matched."));
        from.push_back(Node::scalar(back->first));
        to = back->second;
    }
    Node body = Node::map({{"from", Node::list(std::move(from))}, {"to", Node::scalar(to)}});
    if (const std::optional<Node> dim = step.field("dim"))
        body.entries.emplace_back("dim", *dim);
    return Back{"concat", body};
}

Way concat(const Step &step)
{
    if (const Result<void> plain = isPlain(step); !plain)
        return plain.error();
    const auto patterns = parseTexts(*step.field("from"));
    std::vector<Node> to;
    std::string from;
    for (const std::string &pattern : patterns ? *patterns : std::vector<std::string>()) {
        const auto back = turned(pattern, fieldText(step, "to"));
        if (!back)
            return noWay(tr("its result does not keep all that it matched."));
        if (from.empty()) // the first says what captures are
            from = back->first;
        to.push_back(Node::scalar(back->second));
    }
    Node body = Node::map({{"from", Node::scalar(from)}, {"to", Node::list(std::move(to))}});
    if (const std::optional<Node> dim = step.field("dim"))
        body.entries.emplace_back("dim", *dim);
    return Back{"split", body, "all that it joined had one size"};
}

/// `a.{e}.{p}` with `\1` for `{e}`, so that `{e}` is passed by; nothing where it is not there as it is.
std::optional<std::string> withoutNumber(std::string text, const std::string &name)
{
    const std::string braces = '{' + name + '}';
    const bool isThere = text.find(braces) != std::string::npos;
    for (std::size_t at = text.find(braces); at != std::string::npos; at = text.find(braces))
        text.replace(at, braces.size(), 1, countedNumber);
    const std::vector<std::string> rest = namesInBraces(text);
    return isThere && std::find(rest.begin(), rest.end(), name) == rest.end() ? std::optional(text) : std::nullopt;
}

std::string withNumber(std::string text, const std::string &name)
{
    for (std::size_t at = text.find(countedNumber); at != std::string::npos; at = text.find(countedNumber))
        text.replace(at, 1, '{' + name + '}');
    return text;
}

/// The capture that `longer` has and `shorter` has not.
std::string numberName(const std::string &longer, const std::string &shorter)
{
    const std::vector<std::string> known = namesInBraces(shorter);
    for (const std::string &name : namesInBraces(longer)) {
        if (std::find(known.begin(), known.end(), name) == known.end())
            return name;
    }
    return {};
}

Way layers(const Step &step, const char *word, const char *extra)
{
    if (const Result<void> plain = isPlain(step); !plain)
        return plain.error();
    const bool isStack = step.kind().word == "stack";
    const std::string from = fieldText(step, "from"), to = fieldText(step, "to");
    const std::string name = isStack ? numberName(NamePattern::asResult(from), to) : numberName(to, from);
    const std::optional<std::string> counted = withoutNumber(isStack ? from : to, name);
    const auto back = counted ? turned(isStack ? *counted : from, isStack ? to : *counted) : std::nullopt;
    if (!back)
        return noWay(tr("its result does not keep all that it matched."));
    Node body = Node::map(
        {{"from", Node::scalar(withNumber(back->first, name))}, {"to", Node::scalar(withNumber(back->second, name))}});
    if (const std::optional<Node> dim = step.field("dim"))
        body.entries.emplace_back("dim", *dim);
    if (step.field(extra))
        body.entries.emplace_back("gaps", Node::scalar("close"));
    Back way{word, body, "no other key was like " + shown(withNumber(back->first, name))};
    if (isStack)
        way.granted += ", and no number began with 0";
    return way;
}

Way stack(const Step &step)
{
    if (step.field("gaps"))
        return noWay(tr("it closes gaps, and does not keep which numbers were there."));
    return layers(step, "unstack", "gaps");
}

/// Numbers that do not begin with 0 are gaps to `stack`.
Way unstack(const Step &step)
{
    return layers(step, "stack", "start-at");
}

Way anotherKey(const Step &step)
{
    const auto back = turned(fieldText(step, "from"), fieldText(step, "to"));
    if (!back)
        return noWay(tr("its further keys do not tell which key each is a copy of."));
    const bool isOne = isLiteral(back->first);
    Node body = Node::map({{isOne ? "exact" : "template", Node::scalar(back->first)}});
    if (!isOne)
        body.entries.emplace_back("has", Node::scalar(back->second));
    return Back{"drop", isOne ? Node::scalar(back->first) : body};
}

Way create(const Step &step)
{
    if (fieldText(step, "if-present") == "replace")
        return noWay(tr("what it replaces is not in its result."));
    const auto name = NameTemplate::compile(fieldText(step, "name"), {}, NameTemplate::Escapes::None);
    std::string key;
    if (!name || !name->append(key, {}))
        return noWay(tr("its key is not known."));
    return Back{"drop", Node::scalar(key), "there was no key " + shown(key)};
}

Way nothing(const Step &)
{
    return Back{};
}

constexpr InverseWay ways[] = {{"assert", nothing},
                               {"root", nothing},
                               {"move", nothing},
                               {"rename", rename},
                               {"rename-group", renameGroup},
                               {"rename-table", renameTable},
                               {"pairs", renameTable},
                               {"renumber", renumber},
                               {"remove-prefix", removePrefix},
                               {"add-prefix", addPrefix},
                               {"split", split},
                               {"concat", concat},
                               {"stack", stack},
                               {"unstack", unstack},
                               {"copy", anotherKey},
                               {"tie", anotherKey},
                               {"create", create}};

/// What is lost by a step, as its message ends.
constexpr std::pair<std::string_view, const char *> losses[] = {
    {"include", "what it includes is for a part of the keys (“under”), or could not be read."},
    {"choose", "it does not keep which recipe was chosen."},
    {"match-by-order", "it does not keep which name each key had."},
    {"match-by-suffix", "it does not keep which name each key had."},
    {"strip-wrappers", "it does not keep which wrappers were there."},
    {"drop", "it leaves keys out, and they are not in its result."},
    {"keep", "it leaves keys out, and they are not in its result."},
    {"keep-prefix", "it leaves keys out, and they are not in its result."},
    {"slice", "it leaves keys out, and they are not in its result."},
    {"select", "it leaves keys out, and they are not in its result."},
    {"fold-batch-norm", "it does not keep the norms that it folded."},
    {"reduce", "it does not keep the numbers that it computed with."},
    {"resize-rows", "it does not keep which rows each tensor had."},
    {"resize-pos-embed", "it computes new numbers and does not keep the old ones."},
    {"resize-patch-embed", "it computes new numbers and does not keep the old ones."},
    {"resize-rel-pos-bias", "it computes new numbers and does not keep the old ones."},
    {"cast", "it does not keep which dtype each tensor had."},
    {"reshape", "it does not keep which shape each tensor had."},
    {"flatten", "it does not keep which shape each tensor had."}};

Way wayBack(const Step &step)
{
    if (step.when)
        return noWay(tr("its condition (“when”) cannot be asked afterwards."));
    const std::string_view word = step.kind().word;
    const auto isIt = [&](const InverseWay &one) { return one.word == word; };
    for (const std::span<const InverseWay> kinds : {std::span<const InverseWay>(ways), valueWays()}) {
        if (const auto way = std::find_if(kinds.begin(), kinds.end(), isIt); way != kinds.end())
            return way->back(step);
    }
    const auto loss =
        std::find_if(std::begin(losses), std::end(losses), [&](const auto &one) { return one.first == word; });
    return noWay(loss != std::end(losses) ? tr(loss->second) : tr("steps of this kind have no inverse."));
}

/// The way back of all steps, the last first; `before` is "3." of a recipe that the third step includes.
Result<void> writeBack(RecipeWriter &writer, const Recipe &recipe, const QString &before)
{
    if (recipe.native())
        writer.comment("This takes for granted that the recipe did something: that its guard (native) did not hold.");
    const auto isRoot = [](const Step &step) { return step.enabled && step.kind().word == "root"; };
    if (std::any_of(recipe.steps().begin(), recipe.steps().end(), isRoot))
        writer.comment("The dict that the weights lay in is not made again; convert's --root-key does that.");
    for (std::size_t i = recipe.steps().size(); i-- > 0;) {
        const Step &step = recipe.steps()[i];
        if (!step.enabled)
            continue;
        const QString number = before + QString::number(i + 1);
        const std::vector<Included> included = step.included();
        const bool isInclude =
            step.kind().word == "include" && !step.when && included.front().recipe && included.front().under.empty();
        if (isInclude) {
            if (const Result<void> written = writeBack(writer, *included.front().recipe, number + u'.'); !written)
                return written;
            continue;
        }
        const Way back = wayBack(step);
        if (!back)
            return Error{Error::Kind::BadRecipe,
                         tr("The recipe has no inverse because of step %1 (%2): %3")
                             .arg(number, step.sentenceText(), back.error().message)};
        if (back->word.empty())
            continue;
        if (!back->granted.empty())
            writer.comment("This takes for granted that " + back->granted + '.');
        writer.step(back->word, back->body);
    }
    return {};
}
}

Result<std::string> exportInverse(const Recipe &recipe)
{
    if (recipe.bind().unmatched == Bind::Unmatched::Fill)
        return Error{
            Error::Kind::BadRecipe,
            tr("The recipe has no inverse because of “unmatched: fill” of “bind”: its result does not say which "
               "keys are the target's own.")};
    RecipeWriter writer;
    writer.header("name", recipe.name().empty() ? std::string() : recipe.name() + ", the way back");
    if (const Result<void> written = writeBack(writer, recipe, {}); !written)
        return written.error();
    const Result<Recipe> inverse = writer.finish();
    return inverse ? Result<std::string>(inverse->text()) : inverse.error();
}
