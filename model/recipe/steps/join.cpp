// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/nameindex.h"
#include "model/base/text.h"
#include "model/checkpoint/rootchoice.h"
#include "model/recipe/steps/support.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

enum class Clash : quint8 { Error, First, Last };
constexpr std::string_view thisFile = "this";

/// One of the roots that are joined.
struct JoinPart
{
    ObjectPath root;
    std::string file = std::string(thisFile);
    std::string prefix;
    QString path = {}; ///< of another file: the whole one, where its recipe is known

    static FieldLines fields()
    {
        return FieldLines{field("root", &JoinPart::root, "Path of the tensors in the file.", requiredField),
                          field("file", &JoinPart::file, "Which file: this one, or the path of another checkpoint."),
                          field("prefix", &JoinPart::prefix, "What is put in front of its keys.")};
    }

    bool isOther() const { return file != thisFile; }
    bool operator==(const JoinPart &other) const
    {
        return root == other.root && file == other.file && prefix == other.prefix;
    }
};

using JoinParts = std::vector<JoinPart>;
}

template<>
inline constexpr auto enumWords<Clash> = std::array<std::string_view, 3>{"error", "first", "last"};

template<>
struct Codec<JoinParts> : PlainCodec
{
    static constexpr FieldType type = FieldType::Parts;
    static std::string schema()
    {
        return R"({"type": "array", "minItems": 1, "items": {"type": "object", "additionalProperties": false, )"
               R"("required": ["root"], "properties": {"root": )"
            + std::string(textsSchema) + R"(, "file": )" + std::string(textSchema) + R"(, "prefix": )"
            + std::string(textSchema) + "}}}";
    }
    static Result<JoinParts> parse(const Node &node)
    {
        if (!node.isList() || node.items.empty())
            return expected(node, tr("a list of {root: path, file: path, prefix: text}"));
        JoinParts parts;
        for (const Node &item : node.items) {
            if (!item.isMap())
                return expected(item, tr("{root: path, file: path, prefix: text}"));
            const auto part = StepTraits<JoinPart>::parse(item, "parts", {});
            if (!part)
                return part.error();
            parts.push_back(*static_cast<const JoinPart *>(part->get()));
            if (parts.back().file.empty())
                return errorAt(item, tr("“file” is “this”, or the path of another checkpoint; it cannot be empty."));
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
/// Puts several roots together, of the file and of others, each below a prefix of its own.
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
        std::vector<std::string> names, others;
        for (const JoinPart &part : parts) {
            names.push_back(part.root.isAuto                   ? std::string("auto")
                                : part.root.components.empty() ? tr("the top level").toStdString()
                                                               : pathText(part.root.components));
            if (part.isOther() && std::find(others.begin(), others.end(), part.file) == others.end())
                others.push_back(part.file);
        }
        std::vector<SentencePart> words = std::vector{plain(tr("Join "))} + codes(names);
        return others.empty() ? words : words + std::vector{plain(tr(" with "))} + codes(others);
    }

    Result<void> resolve(const StepFiles &files)
    {
        for (JoinPart &part : parts)
            part.path = part.isOther() ? wholePath(files.folder, part.file) : QString();
        return {};
    }

    /// What was not looked for yet may be anything: an edit is told from its text alone.
    bool sameResolved(const Join &other) const
    {
        return std::equal(parts.begin(), parts.end(), other.parts.begin(), other.parts.end(),
                          [](const JoinPart &left, const JoinPart &right) {
                              return left.path.isEmpty() || right.path.isEmpty() || left.path == right.path;
                          });
    }

    void moveFrom(const QString &folder)
    {
        for (JoinPart &part : parts) {
            if (part.isOther())
                part.file = pathFrom(folder, part.file);
        }
    }

    std::vector<QString> checkpoints() const
    {
        std::vector<QString> paths;
        for (const JoinPart &part : parts) {
            if (part.isOther())
                paths.push_back(pathOf(part));
        }
        return paths;
    }

    Result<void> apply(StepRun &run) const
    {
        const std::vector<std::string> base = run.rootChosen() ? run.rootPath() : std::vector<std::string>();
        std::vector<Place> places;
        std::optional<std::vector<std::string>> above;
        for (const JoinPart &part : parts) {
            const auto place = part.isOther() ? locateElsewhere(run, part) : locate(run, run.checkpoint(), base, part);
            if (!place)
                return place.error();
            places.push_back(*place);
            if (part.isOther())
                continue;
            above = above.value_or(place->path);
            above->resize(
                std::size_t(std::mismatch(above->begin(), above->end(), place->path.begin(), place->path.end()).first
                            - above->begin()));
        }
        run.standAt(above.value_or(base));
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (places[i].root)
                run.addRoot(*places[i].root, parts[i].prefix);
        }
        if (clash == Clash::First)
            keepFirst(run);
        else if (clash == Clash::Last)
            run.keepLast();
        return {};
    }

private:
    /// Where a part's tensors are; no root where there is a dict without any.
    struct Place
    {
        std::optional<RootId> root;
        std::vector<std::string> path;
    };

    static QString wholePath(const QString &folder, const std::string &file)
    {
        return QDir::cleanPath(QFileInfo(QDir(folder), QString::fromStdString(file)).absoluteFilePath());
    }

    static QString pathOf(const JoinPart &part)
    {
        return part.path.isEmpty() ? wholePath(QDir::currentPath(), part.file) : part.path;
    }

    static Result<Place> locateElsewhere(StepRun &run, const JoinPart &part)
    {
        const auto file = run.otherCheckpoint(pathOf(part), part.file);
        if (!file)
            return file.error();
        Result<Place> place = locate(run, **file, {}, part);
        if (!place || !place->root)
            return place;
        const Root &root = (*file)->root(*place->root);
        if (root.moduleVersions != noObject)
            run.finding(Finding::Severity::Info, "metadata-dropped",
                        tr("The version numbers of modules that “%1” keeps in “_metadata” are left out.")
                            .arg(displayName(part.file)));
        place->root = run.checkpoint().indexOf(**file, *place->root);
        return place;
    }

    static Result<Place> locate(StepRun &run, const Checkpoint &checkpoint, const std::vector<std::string> &base,
                                const JoinPart &part)
    {
        const ObjectPath &wanted = part.root;
        if (wanted.isAuto) {
            const RootChoice choice = chooseRoot(checkpoint, base);
            if (!choice.root)
                return run.error(tr("“%1” holds no tensors that could be a model.")
                                     .arg(displayName(checkpoint.fileName().toStdString())));
            run.finding(choice.tied ? Finding::Severity::Warning : Finding::Severity::Info, "root-chosen",
                        choice.reason);
            return Place{choice.root, checkpoint.root(*choice.root).path};
        }
        std::vector<std::string> whole = base;
        whole.insert(whole.end(), wanted.components.begin(), wanted.components.end());
        for (const auto &path : {whole, wanted.components}) {
            if (const auto root = findRoot(checkpoint, path))
                return Place{root, path};
            if (isEmptyDict(checkpoint.objects(), path))
                return Place{std::nullopt, path};
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
         .help = "Puts several roots together, each below a prefix of its own: of the file, or of other checkpoints, "
                 "whose paths are seen from the recipe's folder.",
         .exampleStep = "join: [{root: model/trunk, prefix: trunk.}, {root: model/heads, prefix: heads.}]",
         .exampleBefore = "[model/trunk]\nconv1.weight\n[model/heads]\n0.clf.weight",
         .exampleAfter = "trunk.conv1.weight\nheads.0.clf.weight"});
    return kind;
}
