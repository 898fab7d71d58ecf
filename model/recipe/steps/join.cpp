// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/nameindex.h"
#include "model/base/text.h"
#include "model/checkpoint/rootchoice.h"
#include "model/recipe/steps/support.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class Clash : quint8 { Error, First, Last };
enum class PartFile : quint8 { This };

/// One of the roots that are joined.
struct JoinPart
{
    ObjectPath root;
    PartFile file = PartFile::This;
    std::string prefix;

    static FieldLines fields()
    {
        return FieldLines{field("root", &JoinPart::root, "Path of the tensors in the file.", requiredField),
                          field("file", &JoinPart::file, "Which file: this one."),
                          field("prefix", &JoinPart::prefix, "What is put in front of its keys.")};
    }
    bool operator==(const JoinPart &) const = default;
};

using JoinParts = std::vector<JoinPart>;
}

template<>
inline constexpr auto enumWords<Clash> = std::array<std::string_view, 3>{"error", "first", "last"};
template<>
inline constexpr auto enumWords<PartFile> = std::array<std::string_view, 1>{"this"};

template<>
struct Codec<JoinParts> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;
    static std::string schema()
    {
        return R"({"type": "array", "minItems": 1, "items": {"type": "object", "additionalProperties": false, )"
               R"("required": ["root"], "properties": {"root": )"
            + std::string(textsSchema) + R"(, "file": {"enum": ["this"]}, "prefix": )" + std::string(textSchema)
            + "}}}";
    }
    static Result<JoinParts> parse(const Node &node)
    {
        if (!node.isList() || node.items.empty())
            return expected(node, tr("a list of {root: path, prefix: text}"));
        JoinParts parts;
        for (const Node &item : node.items) {
            if (!item.isMap())
                return expected(item, tr("{root: path, prefix: text}"));
            const auto part = StepTraits<JoinPart>::parse(item, "parts", {});
            if (!part)
                return part.error();
            parts.push_back(*static_cast<const JoinPart *>(part->get()));
        }
        return parts;
    }
    static Node print(const JoinParts &parts)
    {
        std::vector<Node> items;
        for (const JoinPart &part : parts) {
            Node item = StepTraits<JoinPart>::print(part);
            items.push_back(item.isMap() ? item : Node::map({{"root", item}}));
        }
        return Node::list(std::move(items));
    }
};

namespace {
/// Puts several roots of the file together, each below a prefix of its own.
struct Join
{
    JoinParts parts;
    Clash clash = Clash::Error;

    static FieldLines fields()
    {
        return FieldLines{
            field("parts", &Join::parts, "What is joined, in this order.", mainField | requiredField),
            field("clash", &Join::clash, "Whether two keys that become one are an error, or which of them is kept.")};
    }

    std::vector<SentencePart> sentence() const
    {
        std::vector<std::string> names;
        for (const JoinPart &part : parts)
            names.push_back(part.root.isAuto ? std::string("auto") : pathText(part.root.components));
        return std::vector{plain(tr("Join "))} + codes(names);
    }

    Result<void> apply(StepRun &run) const
    {
        const std::vector<std::string> base = run.rootChosen() ? run.rootPath() : std::vector<std::string>();
        std::vector<std::pair<std::optional<RootId>, std::vector<std::string>>> places;
        for (const JoinPart &part : parts) {
            auto place = locate(run, base, part.root);
            if (!place)
                return place.error();
            places.push_back(std::move(*place));
        }
        std::vector<std::string> above = places.front().second;
        for (const auto &[root, path] : places)
            above.resize(
                std::size_t(std::mismatch(above.begin(), above.end(), path.begin(), path.end()).first - above.begin()));
        run.standAt(above);
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (places[i].first)
                run.addRoot(*places[i].first, parts[i].prefix);
        }
        if (clash == Clash::First)
            keepFirst(run);
        else if (clash == Clash::Last)
            run.keepLast();
        return {};
    }

private:
    /// Where a part's tensors are; no root where there is a dict without any.
    static Result<std::pair<std::optional<RootId>, std::vector<std::string>>>
    locate(StepRun &run, const std::vector<std::string> &base, const ObjectPath &wanted)
    {
        const Checkpoint &checkpoint = run.checkpoint();
        if (wanted.isAuto) {
            const RootChoice choice = chooseRoot(checkpoint, base);
            if (!choice.root)
                return run.error(tr("“%1” holds no tensors that could be a model.")
                                     .arg(displayName(checkpoint.fileName().toStdString())));
            run.finding(choice.tied ? Finding::Severity::Warning : Finding::Severity::Info, "root-chosen",
                        choice.reason);
            return std::pair(choice.root, checkpoint.root(*choice.root).path);
        }
        std::vector<std::string> whole = base;
        whole.insert(whole.end(), wanted.components.begin(), wanted.components.end());
        for (const auto &path : {whole, wanted.components}) {
            if (const auto root = findRoot(checkpoint, path))
                return std::pair(root, path);
            if (isEmptyDict(checkpoint.objects(), path))
                return std::pair(std::optional<RootId>(), path);
        }
        return run.error(
            tr("“%1” holds no tensors at “%2”.")
                .arg(displayName(checkpoint.fileName().toStdString()), displayName(pathText(wanted.components))));
    }

    static bool isEmptyDict(const ObjectTree &objects, const std::vector<std::string> &path)
    {
        const auto isDict = [&](ObjectId id) {
            const ObjectNode::Kind kind = objects[id].kind;
            return kind == ObjectNode::Kind::Dict || kind == ObjectNode::Kind::OrderedDict;
        };
        ObjectId here = objects.root();
        for (const std::string &component : path) {
            if (here == noObject || !isDict(here))
                return false;
            const auto children = objects.children(here);
            here = noObject;
            for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
                const ObjectNode &key = objects[children[i]];
                if (key.kind == ObjectNode::Kind::Text && key.text == component)
                    here = children[i + 1];
            }
        }
        return here != noObject && isDict(here) && objects.children(here).empty();
    }

    static void keepFirst(StepRun &run)
    {
        NameIndex names(run.rows().size());
        for (std::size_t i = 0; i < run.rows().size(); ++i) {
            if (names.insert(quint32(i), namesOf(run.rows())) != NameIndex::none)
                run.drop(i);
        }
    }
};
}

const StepKind &joinStep()
{
    static const StepKind kind = stepKind<Join>(
        {.word = "join",
         .title = "Join",
         .group = "Root",
         .help = "Puts several roots of the file together, each below a prefix of its own.",
         .exampleStep = "join: [{root: model/trunk, prefix: trunk.}, {root: model/heads, prefix: heads.}]",
         .exampleBefore = "[model/trunk]\nconv1.weight\n[model/heads]\n0.clf.weight",
         .exampleAfter = "trunk.conv1.weight\nheads.0.clf.weight"});
    return kind;
}
