// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/dialects/visslsettings.h"

#include "model/base/text.h"
#include "model/recipe/codec.h"
#include "model/recipe/dialects/overrides.h"
#include "model/recipe/yaml.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <map>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Import", text);
}

constexpr std::string_view modelBlock = "MODEL.WEIGHTS_INIT.";
constexpr std::string_view teacherBlock = "DISTILLATION.TEACHER_MODEL.WEIGHTS_INIT.";
constexpr std::string_view featureBlock = "MODEL.FEATURE_EVAL_SETTINGS.";

constexpr std::array<std::string_view, 5> weightKeys{"PARAMS_FILE", "STATE_DICT_KEY_NAME", "SKIP_LAYERS",
                                                     "REMOVE_PREFIX", "APPEND_PREFIX"};
constexpr std::array<std::string_view, 6> featureKeys{"EVAL_MODE_ON",
                                                      "FREEZE_TRUNK_ONLY",
                                                      "FREEZE_TRUNK_AND_HEAD",
                                                      "EVAL_TRUNK_AND_HEAD",
                                                      "ASSERT_HEAD_LAYER_SHAPE_INIT",
                                                      "LINEAR_EVAL_FEAT_POOL_OPS_MAP"};

bool isOneOf(std::string_view word, std::span<const std::string_view> words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// The settings that are known, by their path from `config` on: the last one given counts.
class Given
{
public:
    /// A part of a configuration that stands at `path` ("" or ending in a dot).
    void take(const std::string &path, const Node &node)
    {
        for (const std::string_view block : {modelBlock, teacherBlock, featureBlock}) {
            if (path == block) {
                takeBlock(block, node);
                return;
            }
            if (path.starts_with(block)) {
                takeOne(block, path.substr(block.size(), path.size() - block.size() - 1), node);
                return;
            }
        }
        if (path == "engine_name.") {
            m_values.insert_or_assign("engine_name", node);
            return;
        }
        if (!node.isMap() || !isAbove(path))
            return;
        for (const auto &[name, value] : node.entries)
            take(path + name + '.', value);
    }

    const Node *find(std::string_view block, std::string_view key) const
    {
        const auto found = m_values.find(std::string(block) + std::string(key));
        return found == m_values.end() ? nullptr : &found->second;
    }
    bool has(std::string_view block) const
    {
        return std::any_of(m_values.begin(), m_values.end(),
                           [&](const auto &entry) { return entry.first.starts_with(block); });
    }
    bool isEmpty() const { return m_values.empty(); }

    std::vector<ImportRemark> remarks;

private:
    static bool isAbove(const std::string &path)
    {
        return modelBlock.starts_with(path) || teacherBlock.starts_with(path) || path.empty();
    }

    void takeBlock(std::string_view block, const Node &node)
    {
        if (!node.isMap())
            return;
        for (const auto &[name, value] : node.entries)
            takeOne(block, name, value);
    }

    void takeOne(std::string_view block, const std::string &name, const Node &value)
    {
        const bool isFeature = block == featureBlock;
        if (isFeature ? isOneOf(name, featureKeys) : isOneOf(name, weightKeys)) {
            m_values.insert_or_assign(std::string(block) + name, value);
            return;
        }
        const std::string near = isFeature ? nearest(name, {featureKeys.begin(), featureKeys.end()})
                                           : nearest(name, {weightKeys.begin(), weightKeys.end()});
        constexpr std::size_t enough = 20;
        if ((isFeature && near.empty()) || remarks.size() >= enough)
            return;
        QString message = tr("VISSL knows no setting “%1”, which has no effect.").arg(displayName(name));
        if (!near.empty())
            message += tr(" Did you mean “%1”?").arg(displayName(near));
        remarks.push_back({{Finding::Severity::Warning, "unknown-setting", message, {}}});
    }

    std::map<std::string, Node, std::less<>> m_values;
};

/// Where in a configuration a map of settings stands, by what it holds.
std::string placeOf(const Node &map)
{
    for (const auto &[name, value] : map.entries) {
        if (isOneOf(name, weightKeys))
            return std::string(modelBlock);
    }
    if (map.find("WEIGHTS_INIT") || map.find("FEATURE_EVAL_SETTINGS"))
        return "MODEL.";
    return {};
}

/// The path from `config` on that an override means: names of settings alone are enough.
std::string pathOf(const Override &one)
{
    std::string path = one.path;
    if (path.starts_with("config."))
        path.erase(0, 7);
    if (isOneOf(path, weightKeys))
        return std::string(modelBlock) + path + '.';
    if (isOneOf(path, featureKeys))
        return std::string(featureBlock) + path + '.';
    if (path.starts_with("WEIGHTS_INIT.") || path.starts_with("FEATURE_EVAL_SETTINGS."))
        path = "MODEL." + path;
    return path + '.';
}

Error of(std::string_view key, Error error)
{
    error.message = tr("“%1” of VISSL: %2").arg(displayName(key), error.message);
    return error;
}

/// What the settings may say; refuses what only OmegaConf could resolve.
class Reader
{
public:
    Reader(const Given &given, std::string_view block) : m_given(given), m_block(block) {}

    std::optional<Error> error;

    void text(std::string_view key, std::string &value)
    {
        const Node *node = find(m_block, key);
        if (!node)
            return;
        if (node->isNull())
            value.clear();
        else if (node->isScalar())
            value = node->text;
        else
            fail(key, expected(*node, tr("text")));
    }

    void truth(std::string_view key, bool &value)
    {
        const Node *node = find(featureBlock, key);
        if (!node || node->isNull())
            return;
        static constexpr std::array<std::string_view, 4> yes{"true", "yes", "on", "1"};
        static constexpr std::array<std::string_view, 4> no{"false", "no", "off", "0"};
        const std::string word = QByteArray::fromStdString(node->text).toLower().toStdString();
        if (node->isScalar() && isOneOf(word, yes))
            value = true;
        else if (node->isScalar() && isOneOf(word, no))
            value = false;
        else
            fail(key, expected(*node, tr("True or False")));
    }

    /// A text or a list of texts; whether it was given.
    bool texts(std::string_view key, std::vector<std::string> &value, bool &isList)
    {
        const Node *node = find(m_block, key);
        if (!node)
            return false;
        isList = node->isList();
        value.clear();
        if (node->isScalar() && !node->text.empty())
            value = {node->text};
        if (node->isMap())
            fail(key, expected(*node, tr("text or a list of texts")));
        for (const Node &item : node->items) {
            if (!item.isScalar())
                fail(key, expected(item, tr("text")));
            else if (!refuse(key, item))
                value.push_back(item.text);
        }
        return true;
    }

    void hasItems(std::string_view key, bool &value)
    {
        if (const Node *node = find(featureBlock, key))
            value = !node->items.empty() || !node->entries.empty();
    }

private:
    const Node *find(std::string_view block, std::string_view key)
    {
        const Node *node = m_given.find(block, key);
        return node && node->isScalar() && refuse(key, *node) ? nullptr : node;
    }

    bool refuse(std::string_view key, const Node &node)
    {
        if (node.text.find("${") == std::string::npos)
            return false;
        fail(key,
             errorAt(
                 node,
                 tr("%1 refers to another setting, which is not looked up; write its value.").arg(node.description())));
        return true;
    }

    void fail(std::string_view key, const Error &what)
    {
        if (!error)
            error = of(key, what);
    }

    const Given &m_given;
    std::string_view m_block;
};

/// The characters of `text`, each once: what VISSL makes of a text where it expects a list.
std::vector<std::string> characters(const std::string &text)
{
    std::vector<std::string> list;
    for (const char32_t character : QString::fromStdString(text).toUcs4()) {
        const std::string one = QString::fromUcs4(&character, 1).toStdString();
        if (std::find(list.begin(), list.end(), one) == list.end())
            list.push_back(one);
    }
    return list;
}

/// `settings` with what was given.
Result<VisslSettings> settingsOf(const Given &given, VisslSettings settings, bool isTeacher)
{
    Reader read(given, isTeacher ? teacherBlock : modelBlock);
    read.text("PARAMS_FILE", settings.paramsFile);
    read.texts("STATE_DICT_KEY_NAME", settings.stateDictKeyName, settings.keyNameIsPath);
    std::vector<std::string> skipped;
    bool isList = true;
    if (read.texts("SKIP_LAYERS", skipped, isList)) {
        settings.skipLayersText = isList || skipped.empty() ? std::string() : skipped.front();
        settings.skipLayers = isList ? skipped : characters(settings.skipLayersText);
    }
    read.text("REMOVE_PREFIX", settings.removePrefix);
    read.text("APPEND_PREFIX", settings.appendPrefix);
    if (!isTeacher) {
        read.truth("EVAL_MODE_ON", settings.evalModeOn);
        read.truth("FREEZE_TRUNK_ONLY", settings.freezeTrunkOnly);
        read.truth("FREEZE_TRUNK_AND_HEAD", settings.freezeTrunkAndHead);
        read.truth("EVAL_TRUNK_AND_HEAD", settings.evalTrunkAndHead);
        read.hasItems("LINEAR_EVAL_FEAT_POOL_OPS_MAP", settings.hasFeaturePools);
    }
    read.truth("ASSERT_HEAD_LAYER_SHAPE_INIT", settings.assertHeadLayerShapeInit);
    if (read.error)
        return *read.error;
    const Node *engine = given.find({}, "engine_name");
    const std::string engineName = engine ? engine->text : std::string();
    if (isTeacher)
        settings.use = VisslSettings::Use::Teacher;
    else if (engineName == "extract_features" || engineName == "extract_label")
        settings.use = VisslSettings::Use::Extraction;
    return settings;
}

/// The text as YAML, or as a command line when it has an override and no map.
Result<void> takeText(Given &given, std::string_view text)
{
    constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(byteOrderMark))
        text.remove_prefix(byteOrderMark.size());
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return {};
    const Result<Node> yaml = parseText(text);
    if (yaml && yaml->isMap()) {
        const Node *config = yaml->find("config");
        const Node &top = config && config->isMap() ? *config : *yaml;
        given.take(placeOf(top), top);
        if (const Node *engine = yaml->find("engine_name"))
            given.take("engine_name.", *engine);
        return {};
    }
    const Result<std::vector<std::string>> words = shellWords(text);
    if (!words && yaml)
        return words.error();
    for (const std::string &word : words ? *words : std::vector<std::string>()) {
        const auto one = parseOverride(word);
        if (one && *one)
            given.take(pathOf(**one), (*one)->value);
        else if (!one && yaml) // else it is broken YAML with an equals sign in it
            return one.error();
    }
    if (!given.isEmpty() || !given.remarks.empty())
        return {};
    if (!yaml)
        return yaml.error();
    return expected(*yaml,
                    tr("VISSL's YAML (a map with config, MODEL or WEIGHTS_INIT) or a command line of KEY=VALUE"));
}

Result<void> takeOverrides(Given &given, const std::vector<std::string> &overrides)
{
    for (const std::string &word : overrides) {
        const auto one = parseOverride(word);
        if (!one)
            return one.error();
        if (!*one)
            return Error{Error::Kind::Usage,
                         tr("“%1” is no setting; settings are written KEY=VALUE.").arg(displayName(word))};
        given.take(pathOf(**one), (*one)->value);
    }
    return {};
}
}

std::string VisslSettings::foreignPrefix(Blocks blocks) const
{
    // The main branch puts base_model there by itself.
    const bool isWrapped = isFeatureExtractor() && dialect == Dialect::Documented;
    return std::string(isWrapped ? "trunk.base_model." : "trunk.")
        + (blocks == Blocks::FeatureBlocks ? "_feature_blocks." : "");
}

Result<VisslText> readVissl(std::string_view text, const std::vector<std::string> &overrides,
                            VisslSettings::Dialect dialect, VisslBlock block, const std::string &name)
{
    Given given;
    if (const Result<void> taken = takeText(given, text); !taken)
        return placed(taken.error(), name);
    if (const Result<void> taken = takeOverrides(given, overrides); !taken)
        return taken.error();
    if (given.isEmpty() && given.remarks.empty())
        return Error{Error::Kind::BadRecipe,
                     tr("There is no WEIGHTS_INIT of VISSL in these settings: neither under MODEL nor under "
                        "DISTILLATION.TEACHER_MODEL.")};
    const bool hasBoth = given.has(modelBlock) && given.has(teacherBlock);
    const bool isTeacher = block == VisslBlock::Teacher
        || (block == VisslBlock::Either && given.has(teacherBlock) && !given.has(modelBlock));
    VisslSettings defaults;
    defaults.dialect = dialect;
    Result<VisslSettings> settings = settingsOf(given, defaults, isTeacher);
    if (!settings)
        return placed(settings.error(), name);
    if (hasBoth && block == VisslBlock::Either)
        given.remarks.push_back({{Finding::Severity::Info,
                                  "two-blocks",
                                  tr("The settings have a WEIGHTS_INIT for the model and one for the distillation "
                                     "teacher; this is the model's."),
                                  {}}});
    return VisslText{*std::move(settings), std::move(given.remarks)};
}

Result<VisslSettings> changedVissl(const VisslSettings &settings, const std::vector<std::string> &overrides)
{
    Given given;
    if (const Result<void> taken = takeOverrides(given, overrides); !taken)
        return taken.error();
    return settingsOf(given, settings, false);
}
