// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/dialects/recipewriter.h"
#include "model/recipe/dialects/visslsettings.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Import", text);
}

using Dialect = VisslSettings::Dialect;

Node text(std::string_view words)
{
    return Node::scalar(std::string(words));
}

Node texts(const std::vector<std::string> &words)
{
    std::vector<Node> items;
    for (const std::string &word : words)
        items.push_back(text(word));
    return Node::list(std::move(items));
}

/// One set of settings on its way to a recipe.
class VisslWriter
{
public:
    explicit VisslWriter(const VisslSettings &settings) : m_settings(settings) {}

    Result<Imported> write(const std::string &source)
    {
        if (m_settings.dialect == Dialect::Documented && m_settings.keyNameIsPath)
            return Error{Error::Kind::BadRecipe,
                         tr("“STATE_DICT_KEY_NAME” of VISSL is one name in the documented dialect, not a list; VISSL "
                            "takes lists since May 2022 (dialect main).")};
        m_out.header("name",
                     std::string("VISSL WEIGHTS_INIT, ")
                         + (m_settings.dialect == Dialect::Main ? "main branch" : "as documented"));
        m_out.header("source", source);
        if (!m_settings.paramsFile.empty())
            m_out.comment("PARAMS_FILE: " + m_settings.paramsFile);
        if (m_settings.isClassy())
            writeClassy();
        else
            writeForeign();
        writeBind();
        Result<Recipe> recipe = m_out.finish();
        if (!recipe)
            return recipe.error();
        tellText();
        return Imported{*std::move(recipe), std::move(m_remarks), m_settings.paramsFile};
    }

private:
    void tell(Finding::Severity severity, const char *kind, const QString &message,
              std::vector<std::string> repair = {})
    {
        m_remarks.push_back({{severity, kind, message, {}}, std::move(repair)});
    }

    /// A checkpoint of VISSL's own: trunk and heads stand in dicts of their own, and no prefix is looked at.
    void writeClassy()
    {
        const auto part = [](const char *name, const char *prefix) {
            return Node::map(
                {{"root", text(std::string("classy_state_dict/base_model/model/") + name)}, {"prefix", text(prefix)}});
        };
        m_out.step("join", Node::list({part("trunk", "trunk."), part("heads", "heads.")}),
                   "STATE_DICT_KEY_NAME: classy_state_dict");
        const auto anyTrunk = [](Node more) {
            return Node::map(
                {{"any",
                  Node::map({{"all", Node::list({Node::map({{"prefix", text("trunk.")}}), std::move(more)})}})}});
        };
        const Node wrapped = Node::map({{"prefix", text("trunk.base_model.")}});
        if (m_settings.isFeatureExtractor()) {
            m_out.step("rename", Node::map({{"prefix", text("trunk.")}, {"to", text("trunk.base_model.")}}),
                       "FEATURE_EVAL_SETTINGS: a feature extractor has its trunk in base_model",
                       {{"when", anyTrunk(Node::map({{"not", wrapped}}))}});
        } else if (m_settings.dialect == Dialect::Main) {
            m_out.step("rename", Node::map({{"prefix", text("trunk.base_model.")}, {"to", text("trunk.")}}),
                       "the file is of a feature extractor, FEATURE_EVAL_SETTINGS are not",
                       {{"when", Node::map({{"any", wrapped}})}});
        }
        std::vector<std::string> ignored, repair;
        const std::pair<const char *, const std::string *> prefixes[] = {{"REMOVE_PREFIX", &m_settings.removePrefix},
                                                                         {"APPEND_PREFIX", &m_settings.appendPrefix}};
        for (const auto &[name, value] : prefixes) {
            if (value->empty())
                continue;
            ignored.push_back(std::string(name) + " “" + *value + "”");
            repair.push_back(std::string(name) + '=');
        }
        if (!ignored.empty())
            tell(Finding::Severity::Warning, "prefix-ignored",
                 tr("With STATE_DICT_KEY_NAME “classy_state_dict” VISSL ignores %1 without telling.")
                     .arg(displayName(ignored.front())
                          + (ignored.size() > 1 ? tr(" and ") + displayName(ignored.back()) : QString())),
                 repair);
    }

    void writeForeign()
    {
        m_out.step("root", texts(m_settings.stateDictKeyName),
                   m_settings.stateDictKeyName.empty() ? "STATE_DICT_KEY_NAME: none, the file itself"
                                                       : "STATE_DICT_KEY_NAME");
        const Node::Entry keepLast{"collision", text("keep-last")};
        if (!m_settings.removePrefix.empty())
            m_out.step("remove-prefix", text(m_settings.removePrefix), "REMOVE_PREFIX", {keepLast});
        if (!m_settings.appendPrefix.empty())
            m_out.step("add-prefix", text(m_settings.appendPrefix), "APPEND_PREFIX");
        if (m_settings.dialect == Dialect::Main)
            writeMainCheck();
        else
            writeDocumentedCheck();
        tellPrefixes();
    }

    void writeMainCheck()
    {
        m_out.step("assert",
                   Node::map({{"any-prefix", texts({"trunk.", "heads."})},
                              {"message",
                               text("VISSL finds the file not compatible and asks for REMOVE_PREFIX and "
                                    "APPEND_PREFIX")}}),
                   "VISSL's check_model_compatibility");
        if (!m_settings.isFeatureExtractor())
            return;
        m_out.step("rename", Node::map({{"text", text("trunk.")}, {"to", text("trunk.base_model.")}}),
                   "FEATURE_EVAL_SETTINGS: for a feature extractor VISSL rewrites every “trunk.” in a key",
                   {{"collision", text("keep-last")}});
        constexpr std::string_view wrapped = "trunk.base_model.", plain = "trunk.";
        std::string repaired = m_settings.appendPrefix;
        const std::size_t at = repaired.find(wrapped);
        if (at == std::string::npos)
            return;
        repaired.replace(at, wrapped.size(), plain);
        tell(Finding::Severity::Warning, "trunk-twice",
             tr("VISSL rewrites “trunk.” to “trunk.base_model.” after APPEND_PREFIX “%1” has put it there already, so "
                "that no key of the trunk is loaded, and tells nobody; its documentation is of before March 2022. Set "
                "APPEND_PREFIX to “%2”.")
                 .arg(displayName(m_settings.appendPrefix), displayName(repaired)),
             {"APPEND_PREFIX=" + quoted(repaired)});
    }

    void writeDocumentedCheck()
    {
        const std::string wanted = m_settings.documentedPrefix();
        m_out.step("assert",
                   Node::map({{"all-prefix", texts({"heads.", wanted})},
                              {"message",
                               text("VISSL finds the file not compatible and asks for REMOVE_PREFIX and "
                                    "APPEND_PREFIX")}}),
                   "VISSL's check_model_compatibility");
        const std::string &append = m_settings.appendPrefix;
        if (append.empty() || append.starts_with(wanted) || append.starts_with("heads."))
            return;
        const QString what = wanted.starts_with(append)
            ? tr("With APPEND_PREFIX “%1” VISSL (documented dialect) takes only files all of whose keys start with "
                 "“%2”; for any other set “%3”, which a trunk without _feature_blocks, such as a ViT, does not have.")
                  .arg(displayName(append), displayName(wanted.substr(append.size())), displayName(wanted))
            : tr("With APPEND_PREFIX “%1” VISSL (documented dialect) takes no file: all keys must start with “%2” or "
                 "“heads.”. Set APPEND_PREFIX to “%2”.")
                  .arg(displayName(append), displayName(wanted));
        tell(Finding::Severity::Warning, "not-compatible", what, {"APPEND_PREFIX=" + quoted(wanted)});
    }

    void tellPrefixes()
    {
        const std::string &append = m_settings.appendPrefix;
        if (!append.empty() && !append.ends_with('.'))
            tell(Finding::Severity::Warning, "no-dot",
                 tr("APPEND_PREFIX “%1” does not end with a dot; VISSL adds none, so that “conv1.weight” becomes "
                    "“%1conv1.weight”.")
                     .arg(displayName(append)),
                 {"APPEND_PREFIX=" + quoted(append + '.')});
        const std::string &remove = m_settings.removePrefix;
        if (!remove.empty() && !remove.ends_with('.'))
            tell(Finding::Severity::Warning, "no-dot",
                 tr("REMOVE_PREFIX “%1” does not end with a dot; VISSL removes none, so that “%1.conv1” becomes "
                    "“.conv1”.")
                     .arg(displayName(remove)),
                 {"REMOVE_PREFIX=" + quoted(remove + '.')});
    }

    void writeBind()
    {
        Bind bind;
        for (const std::string &part : m_settings.skipLayers)
            bind.skip.push_back(Node::scalar(part));
        const std::string_view counter = "num_batches_tracked";
        if (std::none_of(m_settings.skipLayers.begin(), m_settings.skipLayers.end(),
                         [&](const std::string &part) { return counter.find(part) != std::string_view::npos; }))
            bind.counters = Bind::Counters::Report;
        if (!m_settings.wantsHeads())
            bind.heads.policy = Bind::HeadPolicy::Skip;
        else if (!m_settings.assertHeadLayerShapeInit)
            bind.heads.policy = Bind::HeadPolicy::SkipIfShapeDiffers;
        if (bind.heads.policy != Bind::HeadPolicy::Load)
            bind.heads.which = {Node::scalar("heads")};
        bind.strictMissing = m_settings.use != VisslSettings::Use::Training;
        m_out.comment("SKIP_LAYERS: parts of target keys that VISSL leaves as they are");
        if (bind.heads.policy == Bind::HeadPolicy::Skip)
            m_out.comment("EVAL_MODE_ON without EVAL_TRUNK_AND_HEAD: heads are not loaded");
        if (bind.heads.policy == Bind::HeadPolicy::SkipIfShapeDiffers)
            m_out.comment("ASSERT_HEAD_LAYER_SHAPE_INIT: False");
        m_out.comment(bind.strictMissing ? "extraction and teachers refuse missing layers"
                                         : "training and evaluation take a file with layers missing");
        m_out.bind(bind);
    }

    void tellText()
    {
        const std::string &given = m_settings.skipLayersText;
        if (given.empty())
            return;
        tell(Finding::Severity::Warning, "skip-layers-text",
             tr("SKIP_LAYERS is the text “%1” and no list: VISSL skips every key that has one of its characters. Write "
                "[%1].")
                 .arg(displayName(given)),
             {"SKIP_LAYERS=[" + quoted(given) + ']'});
    }

    /// As a value of an override; quoted where it needs to be.
    static std::string quoted(const std::string &value)
    {
        const auto isPlain = [](char c) {
            return QChar::isLetterOrNumber(uchar(c)) || c == '.' || c == '_' || c == '-';
        };
        if (!value.empty() && std::all_of(value.begin(), value.end(), isPlain))
            return value;
        std::string out = "'";
        for (const char c : value)
            out += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
        return out + '\'';
    }

    const VisslSettings &m_settings;
    RecipeWriter m_out;
    std::vector<ImportRemark> m_remarks;
};
}

Result<Imported> visslRecipe(const VisslSettings &settings, const std::string &source)
{
    return VisslWriter(settings).write(source);
}
